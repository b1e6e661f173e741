//! The newest scoreboards in memory, and the serialized answers made of them.
