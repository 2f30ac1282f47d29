# on to the instruction behind w7 = -1
until r7 == 4294967295
