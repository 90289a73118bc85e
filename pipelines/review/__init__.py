"""The queue of doubts: what waits for a clerk, in the order of how much a decision matters, and the answers."""
