map update ports_of key 2 value 99
