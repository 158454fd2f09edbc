"""梯度 (Tidu): the enterprise-cultivation system of a district science and technology bureau."""
