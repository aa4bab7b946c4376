//! Why a whole file is not read. One bad row never is a reason.

use super::slurm::SACCT;
use crate::lang::Text;
use crate::metering::json_elements::NotElements;

/// What is wrong with a file as a whole, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// The first byte that is none.
    #[error("the file is not UTF-8 (byte {0}); save it as UTF-8: files from Chinese Windows are often GB18030")]
    NotUtf8(usize),
    #[error("the file is empty")]
    Empty,
    #[error("the header lacks {}; name other columns in the map under [columns]", .0.join(", "))]
    MissingColumns(Vec<String>),
    #[error("the header has unknown columns: {}; with a [columns] section in the map, columns that it does not name are left aside", .0.join(", "))]
    UnknownColumns(Vec<String>),
    #[error("the header has the column {0} twice")]
    ColumnTwice(String),
    #[error("the map names under [columns] what this format does not have: {}", .0.join(", "))]
    UnknownNames(Vec<String>),
    #[error(
        "row {row} holds the local time {value} without a zone, so nobody can tell which instant is meant; \
         make the dump with: {SACCT} (or give utc_offset in the map when the dump was made with TZ=UTC)"
    )]
    LocalTime { row: usize, value: String },
    #[error("the file has more than {0} rows; import it in parts")]
    TooManyRows(usize),
    #[error("the file has no list {0}; is it of another format?")]
    NoList(&'static str),
    #[error("the list of the file {0}")]
    BrokenList(NotElements),
    #[error("the bill is in {0}; only bills in CNY are read")]
    ForeignCurrency(String),
}

impl FileFault {
    /// The sentence for the person who chose the file.
    #[must_use]
    pub fn text(&self) -> Text {
        let zh = match self {
            FileFault::NotUtf8(at) => {
                format!("文件不是 UTF-8 编码（第 {at} 字节）。中文 Windows 导出的文件常为 GB18030，请另存为 UTF-8 后再导入。")
            }
            FileFault::Empty => "文件是空的。".to_owned(),
            FileFault::MissingColumns(names) => {
                format!("表头缺少：{}。列名不同时，请在映射文件的 [columns] 中写明。", names.join("、"))
            }
            FileFault::UnknownColumns(names) => {
                format!("表头有未知的列：{}。映射文件写有 [columns] 时，其中未列出的列不读取。", names.join("、"))
            }
            FileFault::ColumnTwice(name) => format!("表头中「{name}」出现两次。"),
            FileFault::UnknownNames(names) => format!("映射文件 [columns] 中有此格式没有的名称：{}。", names.join("、")),
            FileFault::LocalTime { row, value } => format!(
                "第 {row} 行的时间 {value} 是不带时区的本地时间，无法确定是哪一刻。请用以下命令导出：{SACCT}\
                 （若导出时设了 TZ=UTC，请在映射文件中写 utc_offset）。"
            ),
            FileFault::TooManyRows(most) => format!("文件超过 {most} 行，请分批导入。"),
            FileFault::NoList(name) => format!("文件中没有列表 {name}，请核对所选格式。"),
            FileFault::BrokenList(why) => format!("文件中的列表{}。", why.text().zh),
            FileFault::ForeignCurrency(currency) => format!("账单币种为 {currency}，只接受人民币（CNY）账单。"),
        };
        let mut en = self.to_string();
        if let Some(first) = en.get(..1).map(str::to_uppercase) {
            en.replace_range(..1, &first);
        }
        en.push('.');
        Text::new(zh, en)
    }
}
