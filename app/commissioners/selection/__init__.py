"""遴选: a round with so many places, its candidates from 推荐 to 聘任, and what was objected in the public notice."""
