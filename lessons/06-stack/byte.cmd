until r2 == 4
