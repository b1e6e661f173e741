//! An entry of a calendar: a phase of a season with its weeks, or a day.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::leaf::Leaf;
use super::wire::WirePhase;

/// An entry of a calendar.
#[derive(Debug)]
pub(super) enum CalendarEntry<'a> {
    /// In leagues that have weeks.
    Phase(WirePhase<'a>),
    /// In the others; a value of another type too, which is no day.
    Day(Leaf<'a>),
}

impl<'a> CalendarEntry<'a> {
    pub(super) fn phase(&self) -> Option<&WirePhase<'a>> {
        match self {
            Self::Phase(phase) => Some(phase),
            Self::Day(_) => None,
        }
    }

    pub(super) fn day(&self) -> Option<&Leaf<'a>> {
        match self {
            Self::Day(day) => Some(day),
            Self::Phase(_) => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for CalendarEntry<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor(PhantomData))
    }
}

struct EntryVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for EntryVisitor<'a> {
    type Value = CalendarEntry<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<CalendarEntry<'a>, E> {
        Ok(CalendarEntry::Day(Leaf::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<CalendarEntry<'a>, E> {
        Ok(CalendarEntry::Day(Leaf::Number(value as f64)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<CalendarEntry<'a>, E> {
        Ok(CalendarEntry::Day(Leaf::Number(value as f64)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<CalendarEntry<'a>, E> {
        Ok(CalendarEntry::Day(Leaf::Number(value)))
    }

    fn visit_unit<E>(self) -> Result<CalendarEntry<'a>, E> {
        Ok(CalendarEntry::Day(Leaf::Null))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<CalendarEntry<'a>, E> {
        Ok(CalendarEntry::Day(Leaf::Text(Cow::Borrowed(value))))
    }

    fn visit_str<E>(self, value: &str) -> Result<CalendarEntry<'a>, E> {
        Ok(CalendarEntry::Day(Leaf::Text(Cow::Owned(value.to_owned()))))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CalendarEntry<'a>, A::Error> {
        WirePhase::deserialize(MapAccessDeserializer::new(map)).map(CalendarEntry::Phase)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<CalendarEntry<'a>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(CalendarEntry::Day(Leaf::Other("a list")))
    }
}
