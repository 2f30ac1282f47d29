# is the map gone with its fd?
close 4
