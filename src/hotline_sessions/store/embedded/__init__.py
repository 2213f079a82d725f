"""PostgreSQL that comes with the product, for those who have none of their own."""
