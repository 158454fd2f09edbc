"""责任矩阵: which unit answers for which clause, and how far each has come."""
