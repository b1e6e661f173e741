//! Brokers that ask who we are, and that we reach over TLS.

use std::process::Command;

use mqtt::{CaFile, MqttConfig};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::house::{House, STATUS, game, topic};
use crate::server::{Mosquitto, is_there};

const PASSWORD: &str = "correct-horse";

/// An authority, and the certificate that it signed for the broker.
fn make_certificates(folder: &TempDir) {
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.distinguished_name.push(DnType::CommonName, "the house's authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().expect("a key");
    let certificate = authority.self_signed(&authority_key).expect("a certificate");
    std::fs::write(folder.path().join("ca.pem"), certificate.pem()).expect("written");
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let broker =
        CertificateParams::new(names).expect("parameters").signed_by(&key, &issuer).expect("a certificate");
    std::fs::write(folder.path().join("broker.pem"), broker.pem()).expect("written");
    std::fs::write(folder.path().join("broker.key"), key.serialize_pem()).expect("written");
}

/// A broker with TLS that lets `house` in by its password.
fn broker() -> Mosquitto {
    let folder = TempDir::new().expect("a folder");
    make_certificates(&folder);
    let users = folder.path().join("users");
    let made =
        Command::new("mosquitto_passwd").args(["-c", "-b"]).arg(&users).args(["house", PASSWORD]).status();
    assert!(made.expect("mosquitto_passwd runs").success());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let configuration = format!(
        "allow_anonymous false\npassword_file {}\ncertfile {}\nkeyfile {}\n",
        users.display(),
        path("broker.pem"),
        path("broker.key")
    );
    let authority = path("ca.pem");
    let mut broker = Mosquitto::with(&configuration, folder);
    broker.client_arguments =
        ["-u", "house", "-P", PASSWORD, "--cafile", &authority].map(str::to_owned).into();
    broker
}

fn config(broker: &Mosquitto, who: &str) -> MqttConfig {
    let url = format!("mqtts://{who}localhost:{}", broker.port);
    let ca = CaFile::read(&broker.path("ca.pem")).expect("a certificate");
    MqttConfig { ca: Some(ca), ..MqttConfig::new(url.parse().expect("an address")) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn states_are_published_over_tls_with_user_and_password() {
    if !is_there() {
        return;
    }
    let broker = broker();
    let house = House::with(config(&broker, &format!("house:{PASSWORD}@")), &["nfl-ne"]);
    house.look(game(14, 7)).await;
    broker.wait_for(&topic("score"), |seen| seen == Some("14"));
    broker.wait_for(STATUS, |seen| seen == Some("online"));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_and_an_unknown_authority_are_said_in_sentences() {
    if !is_there() {
        return;
    }
    let broker = broker();
    let told = async |config: MqttConfig| {
        let house = House::with(config, &["nfl-ne"]);
        let report = house.wait_for(|report| report.last_error.is_some()).await;
        assert!(!report.connected);
        house.stop().await;
        report.reasons.join("\n")
    };
    for who in ["house:wrong-password@", ""] {
        let reason = told(config(&broker, who)).await;
        assert!(reason.contains("MQTT_USERNAME and MQTT_PASSWORD"), "{reason}");
        assert!(!reason.contains("wrong-password"), "{reason}");
    }
    let own = |ca| MqttConfig { ca, ..config(&broker, &format!("house:{PASSWORD}@")) };
    let reason = told(own(None)).await;
    assert!(reason.contains("is not trusted") && reason.contains("MQTT_CA_FILE"), "{reason}");
    let plain = format!("mqtt://house:{PASSWORD}@127.0.0.1:{}", broker.port);
    let reason = told(MqttConfig::new(plain.parse().expect("an address"))).await;
    assert!(reason.contains("nothing is published to the MQTT broker 127.0.0.1"), "{reason}");
}
