//! A centre describes a resource of its catalogue: what is counted, and how much compute one unit
//! has. A change is a new version.

use super::centre::must_run;
use super::{Act, Line, Outcome, refuse_field};
use crate::store;
use crate::store::metering::Resource;

/// Most GFLOPS of one unit: one EFLOPS, more than any node has.
const MOST_GFLOPS: i64 = 1_000_000_000;

/// # Errors
/// Refusals: no code or name, an impossible GFLOPS figure, a unit other than that of the version before.
pub fn add_resource(act: &mut Act<'_>, resource: Resource) -> Outcome<()> {
    must_run(act, resource.provider_id)?;
    if resource.code.is_empty() {
        return refuse_field("code_missing", "code", "请填写资源代码。", "Enter the code of the resource.");
    }
    if resource.name_zh.is_empty() || resource.name_en.is_empty() {
        return refuse_field("name_missing", "name_zh", "请填写中英文名称。", "Enter the name in both languages.");
    }
    if resource.gflops.is_some_and(|gflops| !(1..=MOST_GFLOPS).contains(&gflops)) {
        let (zh, en) =
            ("每单位算力须为 1 至 1000000000 的整数（GFLOPS）。", "GFLOPS per unit must be a whole number from 1 to 1000000000.");
        return refuse_field("gflops_range", "gflops", zh, en);
    }
    let known = store::metering::catalogue(act.db, resource.provider_id)?.into_iter().find(|known| known.code == resource.code);
    if let Some(known) = &known
        && known.unit != resource.unit
    {
        let (zh, en) = ("计量单位不能改变；请使用新的资源代码。", "The unit of a resource never changes; use a new code.");
        return refuse_field("unit_changed", "unit", zh, en);
    }
    let version = known.map_or(1, |known| known.version + 1);
    let resource = Resource { version, ..resource };
    store::metering::insert_resource(act.db, &resource)?;
    let detail = format!("version {version}");
    act.write_line(&Line { act: "add_resource", subject: &resource.code, detail: &detail, ..Line::default() })
}
