"""The pages to look at: what the practice Canvas holds, for people, in a browser. They only read."""
