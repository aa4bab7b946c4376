//! Errors of the API: a status, a stable code, a sentence that says how to mend it.

use actix_web::error::BlockingError;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::acts::{ActError, Fault};
use crate::lang::Lang;

/// The body of every error.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// Stable, for machines.
    pub code: String,
    /// For people, in English.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
}

/// An error on its way out.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    body: ErrorBody,
}

impl ApiError {
    #[must_use]
    pub fn new(status: StatusCode, code: &str, zh: impl Into<String>, en: impl Into<String>) -> ApiError {
        ApiError { status, body: ErrorBody { error: ErrorDetail { code: code.to_owned(), message: en.into(), message_zh: zh.into() } } }
    }

    /// 503: nothing was stored, and the same request may be sent again as it is.
    #[must_use]
    pub fn busy() -> ApiError {
        let (zh, en) =
            ("数据库繁忙，本次未保存任何内容，请稍后原样重试", "the database is busy; nothing was stored, send it again as it is");
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "busy", zh, en)
    }

    /// 503: the connection to the database broke at the commit.
    fn outcome_unknown() -> ApiError {
        let (zh, en) = (
            "保存的那一刻与数据库的连接中断，尚不知是否已保存；请稍后用同一 Idempotency-Key 原样重试，不会重复办理",
            "the connection to the database broke while this was stored; send it again as it is under the same Idempotency-Key, it is not done twice",
        );
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "outcome_unknown", zh, en)
    }

    fn fault(what: &dyn std::fmt::Debug) -> ApiError {
        let incident = crate::secret::random_name(8);
        tracing::error!(incident, fault = ?what, "a call failed");
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "fault",
            format!("系统故障，事件编号 {incident}；本次请求没有保存，可用同一 Idempotency-Key 重试"),
            format!("the system failed, incident {incident}; nothing was stored, retry with the same Idempotency-Key"),
        )
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.body.error.message)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        // Nothing was stored: a moment later the same request may be taken.
        if matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        response.json(&self.body)
    }
}

impl From<ActError> for ApiError {
    fn from(error: ActError) -> ApiError {
        match error {
            ActError::Refused(refusals) => {
                let code = refusals.first().map_or("refused", |refusal| refusal.code);
                let join = |lang: Lang| refusals.iter().map(|refusal| refusal.text.get(lang)).collect::<Vec<_>>().join(" ");
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, join(Lang::Zh), join(Lang::En))
            }
            ActError::NotFound => ApiError::new(StatusCode::NOT_FOUND, "not_found", "没有找到", "not found"),
            ActError::NotAllowed => {
                ApiError::new(StatusCode::FORBIDDEN, "not_allowed", "没有这项权限", "this token has no right to do that")
            }
            ActError::Stale(_) => {
                ApiError::new(StatusCode::CONFLICT, "stale", "内容已变化，请重新读取", "it has changed meanwhile; read it again")
            }
            ActError::KeyReused => ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "request_key_reused",
                "这个 Idempotency-Key 已用于另一份内容；请为新的请求生成新的 Key",
                "this Idempotency-Key was used for another body; make a fresh one for a new request",
            ),
            ActError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> ApiError {
        if matches!(fault, Fault::OutcomeUnknown) {
            return ApiError::outcome_unknown();
        }
        if fault.is_busy() || fault.is_passing() { ApiError::busy() } else { ApiError::fault(&fault) }
    }
}

impl From<BlockingError> for ApiError {
    fn from(error: BlockingError) -> ApiError {
        ApiError::fault(&error)
    }
}
