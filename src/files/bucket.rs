//! Files in a bucket that speaks S3, through `object_store`. Its requests go out by the HTTP client
//! that the registers are asked with, so that there is one TLS and one set of roots to keep up to date.
//!
//! Whoever calls is on a thread that may wait: a request is short, and bounded in time.

use std::future::Future;
use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService};
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStoreExt as _, RetryConfig};

use crate::config::S3Settings;
use crate::outbound;

/// Longest object that is read back.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// A bucket with the keys to it.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
}

impl Bucket {
    /// Nothing is asked yet: a bucket that is away is an error of whoever needs a file.
    pub(super) fn open(settings: &S3Settings) -> Result<Bucket, Error> {
        let patience = Duration::from_secs(settings.timeout_seconds);
        let retry = RetryConfig { max_retries: 1, retry_timeout: patience, ..RetryConfig::default() };
        let store = AmazonS3Builder::new()
            .with_endpoint(&settings.endpoint)
            .with_allow_http(settings.endpoint.starts_with("http://"))
            .with_virtual_hosted_style_request(false)
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(settings.access_key.expose())
            .with_secret_access_key(settings.secret_key.expose())
            .with_retry(retry)
            .with_http_connector(Connector { patience })
            .build();
        Ok(Bucket { store: Arc::new(store.map_err(told)?) })
    }

    pub(super) fn has(&self, key: &str) -> Result<bool, Error> {
        match wait(self.store.head(&Path::from(key)))? {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(why) => Err(told(why)),
        }
    }

    /// When this answers, the bucket has the whole object.
    pub(super) fn put(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        wait(self.store.put(&Path::from(key), bytes.to_vec().into()))?.map(drop).map_err(told)
    }

    pub(super) fn get(&self, key: &str) -> Result<Vec<u8>, Error> {
        let path = Path::from(key);
        let asked = async { self.store.get(&path).await?.bytes().await };
        wait(asked)?.map(|bytes| bytes.to_vec()).map_err(told)
    }
}

fn told(why: object_store::Error) -> Error {
    let kind = if matches!(why, object_store::Error::NotFound { .. }) { ErrorKind::NotFound } else { ErrorKind::Other };
    Error::new(kind, why)
}

/// Waits on this thread. The runtime is for the pauses between tries; the requests themselves wait.
fn wait<T>(asked: impl Future<Output = T>) -> Result<T, Error> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(asked))
}

/// Makes the one client.
#[derive(Debug)]
struct Connector {
    patience: Duration,
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Client { agent: outbound::agent(self.patience) }))
    }
}

#[derive(Debug)]
struct Client {
    agent: outbound::Agent,
}

#[async_trait]
impl HttpService for Client {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let bytes = body.collect().await?.to_bytes().to_vec();
        let answer = self.agent.run(ureq::http::Request::from_parts(parts, bytes)).map_err(failed)?;
        let (parts, mut body) = answer.into_parts();
        let bytes = body.with_config().limit(MOST_BYTES).read_to_vec().map_err(failed)?;
        Ok(HttpResponse::from_parts(parts, bytes.into()))
    }
}

fn failed(why: ureq::Error) -> HttpError {
    let kind = match &why {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, why)
}
