"""One condition tree, several readings; each emits plain data or text and runs nothing."""
