//! Where the broker is, and who we are to it.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use url::Url;

/// What an address looks like, for sentences.
pub const MQTT_URL_FORM: &str = "an address such as mqtt://homeassistant.local:1883 or mqtts://broker.example:8883, \
                                 with user:password@ before the host where the broker asks for it, and without a path";

/// A password. `Debug` shows `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Hides a text.
    pub fn new(password: String) -> Self {
        Self(password)
    }

    /// The text itself: for the broker, and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Who we are to the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub user: String,
    /// The user's password, where there is one.
    pub password: Option<Password>,
}

/// Where the broker is. Shown as `host:port`, without the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerAddress {
    /// Host name or address.
    pub host: String,
    /// 1883 where the address names none, 8883 with TLS.
    pub port: u16,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The user that the address names, with its password.
    pub credentials: Option<Credentials>,
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl FromStr for BrokerAddress {
    type Err = &'static str;

    /// Reads `mqtt://` and `mqtts://` addresses; an error says what is allowed.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| MQTT_URL_FORM)?;
        let tls = match url.scheme() {
            "mqtt" => false,
            "mqtts" => true,
            _ => return Err(MQTT_URL_FORM),
        };
        let whole = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let host = url.host_str().filter(|host| !host.is_empty() && whole).ok_or(MQTT_URL_FORM)?;
        let host = decoded(host)?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let password = url.password().map(decoded).transpose()?.map(Password::new);
        let credentials = match (decoded(url.username())?, password) {
            (user, password) if !user.is_empty() => Some(Credentials { user, password }),
            (_, None) => None,
            (_, Some(_)) => return Err(MQTT_URL_FORM),
        };
        let port = url.port().unwrap_or(if tls { 8883 } else { 1883 });
        Ok(Self { host, port, tls, credentials })
    }
}

fn decoded(text: &str) -> Result<String, &'static str> {
    Ok(percent_decode_str(text).decode_utf8().map_err(|_| MQTT_URL_FORM)?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> BrokerAddress {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn an_address_names_host_port_encryption_and_user() {
        let plain = parse("mqtt://homeassistant.local");
        assert_eq!((plain.host.as_str(), plain.port, plain.tls), ("homeassistant.local", 1883, false));
        assert_eq!(plain.credentials, None);
        let full = parse("mqtts://me:p%40ss%2Fword@broker:18883/");
        assert_eq!((full.to_string().as_str(), full.tls), ("broker:18883", true));
        let credentials = full.credentials.expect("a user");
        assert_eq!(
            (credentials.user.as_str(), credentials.password),
            ("me", Some(Password::new("p@ss/word".into())))
        );
        assert_eq!(parse("mqtts://[::1]").to_string(), "[::1]:8883");
    }

    #[test]
    fn what_is_no_address_of_a_broker_is_refused() {
        for bad in [
            "homeassistant.local:1883",
            "http://broker",
            "tcp://broker",
            "mqtt://",
            "mqtt://broker/topic",
            "mqtt://broker?x=1",
            "mqtt://:password@broker",
            "mqtt://broker:99999",
            "mqtt://%ff@broker",
        ] {
            assert_eq!(bad.parse::<BrokerAddress>(), Err(MQTT_URL_FORM), "{bad}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = parse("mqtt://me:hunter2@broker");
        assert!(!format!("{address:?} {address}").contains("hunter2"));
    }
}
