"""Another Storekeeper as the source: table by table, straight from its database."""
