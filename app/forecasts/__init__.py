"""达标推演: what a stock of titles will be month by month, and the smallest set of firms that brings it to a target."""
