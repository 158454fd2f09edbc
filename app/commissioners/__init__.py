"""科技专员: the register, their firms, choosing new ones, and suggesting who looks after which firm."""
