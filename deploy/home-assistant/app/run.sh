#!/bin/sh
# Starts the service with the options of the app: /data/options.json as environment variables, and Home Assistant's own
# broker where MQTT is wanted and it has one. No secret is printed.
set -eu

options=${OPTIONS_FILE:-/data/options.json}
supervisor=${SUPERVISOR_URL:-http://supervisor}

# The option, or nothing where it is unset.
option() {
    jq --raw-output --arg name "$1" '.[$name] // empty' "$options"
}

# Exports the variable where its value is not empty.
set_variable() {
    if [ -n "$2" ]; then
        export "$1=$2"
    fi
}

if ! jq --exit-status 'type == "object"' "$options" >/dev/null 2>&1; then
    echo "sports-data: $options is missing or is no JSON object; it has the options of the app" >&2
    exit 1
fi

set_variable LEAGUES "$(option leagues)"
set_variable TEAMS "$(option teams)"
set_variable LIVE_POLL_SECONDS "$(option live_poll_seconds)"
set_variable INFLUXDB_URL "$(option influxdb_url)"
set_variable INFLUXDB_TOKEN "$(option influxdb_token)"
set_variable INFLUXDB_ORG "$(option influxdb_org)"
set_variable INFLUXDB_BUCKET "$(option influxdb_bucket)"
set_variable ADMIN_TOKEN "$(option admin_token)"
set_variable WEBHOOK_ALLOWED_HOSTS "$(option webhook_allowed_hosts)"
set_variable LOG_LEVEL "$(option log_level)"

if [ "$(option mqtt)" = true ]; then
    if broker=$(curl --silent --fail --max-time 10 --header "Authorization: Bearer ${SUPERVISOR_TOKEN:-}" \
        "$supervisor/services/mqtt"); then
        set_variable MQTT_URL "$(printf %s "$broker" | jq --raw-output \
            '.data | "mqtt\(if .ssl then "s" else "" end)://\(.host):\(.port)"')"
        set_variable MQTT_USERNAME "$(printf %s "$broker" | jq --raw-output '.data.username // empty')"
        set_variable MQTT_PASSWORD "$(printf %s "$broker" | jq --raw-output '.data.password // empty')"
    else
        echo "sports-data: Home Assistant has no MQTT broker; install the app Mosquitto broker, or switch MQTT off" >&2
    fi
fi

export DATA_DIR="${DATA_DIR:-/data/sports-data}"
exec sports-data
