//! Where a page does not come about: the one place that turns refusals, foreign ids, stale pages
//! and faults into a status and a page in the reader's language. Unknown is 500, never 400.

use actix_web::error::BlockingError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::acts::{ActError, Fault, Refusal, Stale};
use crate::calendar::date_time;
use crate::lang::{Lang, Text};

/// Why there is no page.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub title: Text,
    pub text: Text,
    /// For faults: what the log line is found by.
    pub incident: Option<String>,
}

impl Problem {
    #[must_use]
    pub fn not_found() -> Problem {
        Problem {
            status: StatusCode::NOT_FOUND,
            title: Text::new("没有找到这个页面", "Page not found"),
            text: Text::new("地址可能有误，或这项内容不属于您。", "The address may be wrong, or this does not belong to you."),
            incident: None,
        }
    }

    #[must_use]
    pub fn not_allowed() -> Problem {
        Problem {
            status: StatusCode::FORBIDDEN,
            title: Text::new("您没有这项权限", "You have no right to this"),
            text: Text::new(
                "这项工作由其他角色办理。如需权限，请联系系统管理员。",
                "Others do this work. Ask the administrator if you need the right.",
            ),
            incident: None,
        }
    }

    /// A request that no form of ours makes.
    #[must_use]
    pub fn bad_request(zh: impl Into<String>, en: impl Into<String>) -> Problem {
        Problem {
            status: StatusCode::BAD_REQUEST, title: Text::new("请求有误", "Bad request"), text: Text::new(zh, en), incident: None
        }
    }

    /// A stored file that cannot be read back.
    #[must_use]
    pub fn file_is_gone() -> Problem {
        Problem {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: Text::new("文件打不开", "The file cannot be opened"),
            text: Text::new(
                "这份文件已登记，但现在读不出来或与登记时不一致。请把文件名告诉系统管理员。",
                "The file is on record but cannot be read now, or is not what was recorded. Tell the administrator its name.",
            ),
            incident: None,
        }
    }

    /// A file in which the virus scanner found something; nobody opens it any more.
    #[must_use]
    pub fn file_is_infected(found: &str) -> Problem {
        Problem {
            status: StatusCode::FORBIDDEN,
            title: Text::new("文件含有病毒", "The file holds a virus"),
            text: Text::new(
                format!("查毒程序在这份文件中发现「{found}」，文件已封存，谁都不能打开。请企业移除后上传干净的文件。"),
                format!(
                    "The virus scanner found \"{found}\" in this file. Nobody can open it; the enterprise removes it and uploads a clean one."
                ),
            ),
            incident: None,
        }
    }

    /// A file that the virus scanner has not seen yet.
    #[must_use]
    pub fn file_waits_for_scan() -> Problem {
        Problem {
            status: StatusCode::CONFLICT,
            title: Text::new("文件正在查毒", "The file is being scanned"),
            text: Text::new(
                "这份文件还没有查毒完毕，暂时不能打开，通常几秒钟即可。请稍后刷新；办理不受影响。",
                "The virus scanner has not seen this file yet; that usually takes seconds. Reload in a moment. Your case goes on meanwhile.",
            ),
            incident: None,
        }
    }

    /// An upload that the disk did not take.
    #[must_use]
    pub fn file_not_kept() -> Problem {
        Problem {
            status: StatusCode::SERVICE_UNAVAILABLE,
            title: Text::new("文件没有保存", "The file was not saved"),
            text: Text::new("请稍后再试；此前已保存的内容都在。", "Please try again later; everything saved before is kept."),
            incident: None,
        }
    }

    /// The place where files are kept does not answer; the file itself is most likely there.
    #[must_use]
    pub fn files_unreachable() -> Problem {
        Problem {
            status: StatusCode::SERVICE_UNAVAILABLE,
            title: Text::new("文件暂时打不开", "The file cannot be opened just now"),
            text: Text::new(
                "存放文件的服务没有应答，请过几分钟再试；其他功能不受影响。",
                "The service that keeps the files does not answer. Please try again in some minutes; everything else works.",
            ),
            incident: None,
        }
    }

    /// What to say of a file that could not be read back.
    #[must_use]
    pub fn unread(why: &std::io::Error) -> Problem {
        match why.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidData => Problem::file_is_gone(),
            _ => Problem::files_unreachable(),
        }
    }

    /// Refusals that belong to no form on a page.
    #[must_use]
    pub fn refused(refusals: &[Refusal]) -> Problem {
        let join = |lang: Lang| refusals.iter().map(|refusal| refusal.text.get(lang).to_owned()).collect::<Vec<_>>().join("\n");
        Problem {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            title: Text::new("这一步没有办成", "This step was not done"),
            text: Text::new(join(Lang::Zh), join(Lang::En)),
            incident: None,
        }
    }

    #[must_use]
    pub fn stale(stale: &Stale) -> Problem {
        let told = |lang: Lang| {
            let what = stale.act.map_or("", |act| act.label(lang));
            let when = stale.at.map_or_else(String::new, |at| date_time(at.and_utc(), lang));
            match lang {
                Lang::Zh => format!(
                    "您打开页面之后，{} 于 {when} 做了「{what}」，现在的状态是「{}」。您刚才的操作没有生效。请返回并刷新页面，看过最新情况后再办理。",
                    stale.who,
                    stale.state.staff_label(lang)
                ),
                Lang::En => format!(
                    "After you opened the page, {} did this at {when}: {what}. The state is now \"{}\". What you just did has not taken effect. Go back, reload the page and look at it again.",
                    stale.who,
                    stale.state.staff_label(lang)
                ),
            }
        };
        Problem {
            status: StatusCode::CONFLICT,
            title: Text::new("这项申请刚刚有变化", "This application has just changed"),
            text: Text::new(told(Lang::Zh), told(Lang::En)),
            incident: None,
        }
    }

    /// The page was sent before with other content.
    #[must_use]
    pub fn key_reused() -> Problem {
        Problem {
            status: StatusCode::CONFLICT,
            title: Text::new("这个页面已经提交过", "This page was submitted before"),
            text: Text::new(
                "此前提交的是另一份内容，已按那一份办理；这一次没有生效。请返回并刷新页面，看过最新情况后再提交。",
                "It was submitted with other content, and that took effect; this time nothing was done. Go back, reload the page, look at it and submit again.",
            ),
            incident: None,
        }
    }

    /// The connection to the database broke while the act was being stored.
    fn outcome_unknown() -> Problem {
        Problem {
            status: StatusCode::SERVICE_UNAVAILABLE,
            title: Text::new("还不知道是否已保存", "It is not known yet whether this was saved"),
            text: Text::new(
                "保存的那一刻与数据库的连接中断了。请过一会儿原样再提交一次：如果已经保存，不会办理第二遍。",
                "The connection to the database broke at the moment of saving. Please send the same once more in a moment: if it was saved, it is not done twice.",
            ),
            incident: None,
        }
    }

    /// Another process holds the database, or too many people act at once.
    fn busy() -> Problem {
        Problem {
            status: StatusCode::SERVICE_UNAVAILABLE,
            title: Text::new("系统正忙", "The system is busy"),
            text: Text::new(
                "刚才的操作没有保存，此前已保存的内容都在。请过一会儿再试一次。",
                "What you just did was not saved; everything saved before is kept. Please try again in a moment.",
            ),
            incident: None,
        }
    }

    fn fault(fault: &Fault) -> Problem {
        if matches!(fault, Fault::OutcomeUnknown) {
            tracing::warn!("the connection broke while a page was saved");
            return Problem::outcome_unknown();
        }
        if fault.is_busy() || fault.is_passing() {
            tracing::warn!(fault = %chain(fault), "a page found the database busy");
            return Problem::busy();
        }
        let incident = crate::secret::random_name(8);
        tracing::error!(incident, fault = %chain(fault), "a page failed");
        Problem {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: Text::new("系统出了故障", "The system failed"),
            text: Text::new(
                format!("事件编号 {incident}。您刚才的操作没有保存，此前已保存的内容都在。请稍后再试，或把编号告诉专班。"),
                format!(
                    "Incident {incident}. What you just did was not saved; everything saved before is kept. Please try later or tell the task force the number."
                ),
            ),
            incident: Some(incident),
        }
    }
}

/// The fault with all its causes, for the log.
fn chain(fault: &(dyn std::error::Error + 'static)) -> String {
    let mut text = fault.to_string();
    let mut cause = fault.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.title.en)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Carries the problem to the frame, which knows the reader's language.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status);
        response.extensions_mut().insert(self.clone());
        response
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Problem {
        match error {
            ActError::NotFound => Problem::not_found(),
            ActError::NotAllowed => Problem::not_allowed(),
            ActError::Stale(stale) => Problem::stale(&stale),
            ActError::KeyReused => Problem::key_reused(),
            ActError::Refused(refusals) => Problem::refused(&refusals),
            ActError::Fault(fault) => Problem::fault(&fault),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Problem {
        Problem::fault(&fault)
    }
}

impl From<BlockingError> for Problem {
    fn from(_: BlockingError) -> Problem {
        let incident = crate::secret::random_name(8);
        tracing::error!(incident, "a page panicked");
        Problem {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: Text::new("系统出了故障", "The system failed"),
            text: Text::new(
                format!("事件编号 {incident}。此前已保存的内容都在。"),
                format!("Incident {incident}. Everything saved before is kept."),
            ),
            incident: Some(incident),
        }
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Problem {
        let incident = crate::secret::random_name(8);
        tracing::error!(incident, %error, "a page could not be rendered");
        Problem {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: Text::new("页面无法显示", "The page cannot be shown"),
            text: Text::new(format!("事件编号 {incident}。"), format!("Incident {incident}.")),
            incident: Some(incident),
        }
    }
}
