//! JSON values that may be anything: a field of an unexpected type spoils nothing but itself.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A scalar of any type, borrowed from the body where it has no escapes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Leaf<'a> {
    /// The field is not there.
    #[default]
    Absent,
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    /// An object or a list, by its name.
    Other(&'static str),
}

impl Leaf<'_> {
    /// The text, trimmed; none where it is empty or no text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// An id: a text that is not empty, or a whole number.
    pub(super) fn id(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Number(_) => self.whole::<i64>().map(|number| number.to_string().into()),
            _ => self.text().map(Cow::Borrowed),
        }
    }

    /// A whole number, as a number or as a text.
    pub(super) fn whole<N: TryFrom<i64>>(&self) -> Option<N> {
        /// Up to here every whole number has an `f64` of its own.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let number = match self {
            Self::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
                #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
                let number = *number as i64;
                number
            }
            _ => self.text()?.parse().ok()?,
        };
        N::try_from(number).ok()
    }

    /// Whether there is nothing to read: absent, null or an empty text.
    pub(super) fn is_missing(&self) -> bool {
        match self {
            Self::Absent | Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

impl fmt::Display for Leaf<'_> {
    /// The value as a problem's sentence names it, cut to a readable length.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 60;
        match self {
            Self::Absent => f.write_str("missing"),
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(text) => {
                let shown: String = text.chars().take(SHOWN).collect();
                write!(f, "{shown:?}")
            }
            Self::Other(name) => f.write_str(name),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Leaf<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LeafVisitor(PhantomData))
    }
}

struct LeafVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for LeafVisitor<'a> {
    type Value = Leaf<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Leaf<'a>, E> {
        Ok(Leaf::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Leaf<'a>, E> {
        Ok(Leaf::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Leaf<'a>, E> {
        Ok(Leaf::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Leaf<'a>, E> {
        Ok(Leaf::Number(value))
    }

    fn visit_unit<E>(self) -> Result<Leaf<'a>, E> {
        Ok(Leaf::Null)
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Leaf<'a>, E> {
        Ok(Leaf::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Leaf<'a>, E> {
        Ok(Leaf::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Leaf<'a>, A::Error> {
        skip_map(map).map(|()| Leaf::Other("an object"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Leaf<'a>, A::Error> {
        skip_list(list).map(|()| Leaf::Other("a list"))
    }
}

/// An object that is read as `T`, or nothing where something else stands in its place.
#[derive(Debug, Clone)]
pub(super) struct Object<T>(Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Object<T> {
    pub(super) fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_unit<E>(self) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Object<T>, E> {
        Ok(Object(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|value| Object(Some(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Object<T>, A::Error> {
        skip_list(list).map(|()| Object(None))
    }
}

/// A list of objects, or nothing where something else stands in its place.
pub(super) type List<T> = Elements<Object<T>>;

/// A list, or nothing where something else stands in its place.
#[derive(Debug, Clone)]
pub(super) struct Elements<E>(Option<Vec<E>>);

impl<E> Default for Elements<E> {
    fn default() -> Self {
        Self(None)
    }
}

impl<E> Elements<E> {
    /// The elements; none where there is no list.
    pub(super) fn elements(&self) -> Option<&[E]> {
        self.0.as_deref()
    }
}

impl<T> List<T> {
    /// The elements that are objects.
    pub(super) fn objects(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten().filter_map(Object::get)
    }
}

impl<'de, E: Deserialize<'de>> Deserialize<'de> for Elements<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementsVisitor(PhantomData))
    }
}

struct ElementsVisitor<E>(PhantomData<E>);

impl<'de, E: Deserialize<'de>> Visitor<'de> for ElementsVisitor<E> {
    type Value = Elements<E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<X>(self, _: bool) -> Result<Elements<E>, X> {
        Ok(Elements(None))
    }

    fn visit_i64<X>(self, _: i64) -> Result<Elements<E>, X> {
        Ok(Elements(None))
    }

    fn visit_u64<X>(self, _: u64) -> Result<Elements<E>, X> {
        Ok(Elements(None))
    }

    fn visit_f64<X>(self, _: f64) -> Result<Elements<E>, X> {
        Ok(Elements(None))
    }

    fn visit_unit<X>(self) -> Result<Elements<E>, X> {
        Ok(Elements(None))
    }

    fn visit_str<X>(self, _: &str) -> Result<Elements<E>, X> {
        Ok(Elements(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Elements<E>, A::Error> {
        skip_map(map).map(|()| Elements(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Elements<E>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            elements.push(element);
        }
        Ok(Elements(Some(elements)))
    }
}

fn skip_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}
