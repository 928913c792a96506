"""What is read: scoped to what an account may see, or asked by other rooms."""
