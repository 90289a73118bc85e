"""Work lists: what each agency is asked about its overdue hand-offs, and its answers back as a delivery."""
