map update flows key 5 value 0
