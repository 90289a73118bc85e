"""How a value is made comparable: one pure function per semantic domain, applied to distinct values."""
