"""The report: the figures of one release and period as a page to hand out, each number with its source."""
