//! Servers that are no InfluxDB at all.

use influx_client::{
    ApiChoice, DataRefusal, InfluxClient, InfluxConfig, InfluxError, LineWriter, WriteError,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{client, config, setting, write};

/// A server that gives every request this answer, whatever it asks, and closes the connection.
struct Odd {
    url: String,
    task: JoinHandle<()>,
}

impl Odd {
    async fn start(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port on loopback");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 64 * 1024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
            }
        });
        Self { url, task }
    }

    fn client(&self, api: ApiChoice) -> InfluxClient {
        client(InfluxConfig { api, ..config(&self.url, "user:secret-password") })
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).into()
}

#[tokio::test]
async fn redirects_are_said_and_not_followed() {
    let to = Odd::start(answer("204 No Content\r\nX-Influxdb-Version: 1.8.10", "")).await;
    let moved = format!("307 Temporary Redirect\r\nLocation: {}/login?token=hunter2", to.url);
    let from = Odd::start(answer(&moved, "")).await;
    for api in [ApiChoice::Auto, ApiChoice::V1, ApiChoice::V2, ApiChoice::V3] {
        let reason = setting(write(&from.client(api), &["m f=1i 1"]).await);
        assert!(reason.contains(&format!("redirects to {} (307); set INFLUXDB_URL", to.url)), "{reason}");
        assert!(!reason.contains("hunter2"), "{reason}");
    }
}

#[tokio::test]
async fn other_servers_do_not_say_what_they_are() {
    for (head, said) in
        [("404 Not Found", "status 404"), ("400 Bad Request", "status 400"), ("200 OK", "status 200")]
    {
        let odd = Odd::start(answer(head, "<html>")).await;
        let error = odd.client(ApiChoice::Auto).server().await.expect_err("no version");
        assert!(
            matches!(&error, InfluxError::NoVersion { said: what, .. } if what.contains(said)),
            "{error:?}"
        );
        assert!(error.to_string().contains("INFLUXDB_API"), "{error}");
    }
    let busy = Odd::start(answer("503 Service Unavailable", "")).await;
    let error = busy.client(ApiChoice::Auto).server().await.expect_err("busy");
    assert!(matches!(error, InfluxError::Busy { status: 503, .. }), "{error:?}");
}

#[tokio::test]
async fn a_proxy_that_takes_no_line_is_a_matter_of_settings() {
    let proxy = Odd::start(answer("413 Request Entity Too Large", "<html>nginx</html>")).await;
    let refused = write(&proxy.client(ApiChoice::V1), &["m f=1i 1", "m f=1i 2"]).await;
    let too_large =
        |refused: &_| matches!(refused, Err(WriteError::Data { kind: DataRefusal::TooLarge, .. }));
    assert!(too_large(&refused), "two lines can be sent apart: {refused:?}");
    let reason = setting(write(&proxy.client(ApiChoice::V1), &["m f=1i 1"]).await);
    assert!(reason.contains("413"), "{reason}");
    for own in [r#"{"error":"Request Entity Too Large"}"#, "max request size (10 bytes) exceeded"] {
        let influx = Odd::start(answer("413 Request Entity Too Large", own)).await;
        let refused = write(&influx.client(ApiChoice::V1), &["m f=1i 1"]).await;
        assert!(too_large(&refused), "{refused:?}");
    }
}

#[tokio::test]
async fn endless_answers_are_read_to_a_limit() {
    let endless = " ".repeat(17 * 1024 * 1024);
    let good = Odd::start(answer("200 OK", &endless)).await;
    let error = good.client(ApiChoice::V1).query_influxql("SHOW DATABASES").await.expect_err("too long");
    assert!(error.to_string().contains("more than 16777216 bytes"), "{error}");
    let bad = Odd::start(answer("403 Forbidden", &endless)).await;
    let reason = setting(write(&bad.client(ApiChoice::V1), &["m f=1i 1"]).await);
    assert!(reason.contains("does not allow this to INFLUXDB_TOKEN (403): it says nothing"), "{reason}");
}

#[tokio::test]
async fn answers_that_make_no_sense_are_errors() {
    let page = Odd::start(answer("200 OK", "<html>Log in</html>")).await;
    for api in [ApiChoice::V1, ApiChoice::V2, ApiChoice::V3] {
        let client = page.client(api);
        for result in
            [client.retention().await.map(drop), client.query_influxql("SHOW DATABASES").await.map(drop)]
        {
            let error = result.expect_err("no answer");
            assert!(error.to_string().contains("not what InfluxDB answers: a page for people"), "{error}");
        }
        assert_eq!(client.prepare().await.expect("the writes will say it").retention_days, None);
    }
    let bad = Odd::start(answer("400 Bad Request", "<html>")).await;
    let error = bad.client(ApiChoice::V1).query_influxql("SHOW DATABASES").await.expect_err("no answer");
    assert!(matches!(error, InfluxError::Refused { status: 400, .. }), "{error:?}");
    let empty = Odd::start(answer("200 OK", r#"{"results":[{"statement_id":0}]}"#)).await;
    let error = empty.client(ApiChoice::V1).retention().await.expect_err("no policy");
    assert!(error.to_string().contains("shows no default policy"), "{error}");
}

#[tokio::test]
async fn a_path_that_is_not_found_may_still_be_written_to() {
    let odd = Odd::start(answer("404 Not Found", "404 page not found")).await;
    let error = odd.client(ApiChoice::V2).retention().await.expect_err("no list of organisations");
    assert!(matches!(error, InfluxError::Missing { .. }), "{error:?}");
    assert_eq!(
        odd.client(ApiChoice::V2).prepare().await.expect("the writes will say it").retention_days,
        None
    );
}

#[tokio::test]
async fn a_password_that_comes_back_is_not_shown() {
    let said = "user:secret-password, dXNlcjpzZWNyZXQtcGFzc3dvcmQ=, secret-password";
    let odd = Odd::start(answer("400 Bad Request", said)).await;
    let reason = setting(write(&odd.client(ApiChoice::V1), &["m f=1i 1"]).await);
    assert!(reason.contains("(400): ***, ***, ***; check"), "{reason}");
}
