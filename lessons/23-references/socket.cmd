load samples/sk_splice.o as splice
goto end
map update pair key 0 value socket tcp
