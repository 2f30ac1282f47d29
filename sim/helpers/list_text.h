/* Text: printing, formatting, reading numbers. */
HELPER(trace_printk, RET_INTEGER, HELPER_GPL, "writes a line to the trace pipe; for debugging",
       {"fmt", ARG_PTR_TO_RDONLY_MEM}, {"fmt_size", ARG_CONST_SIZE}, {"arg1", ARG_DONTCARE},
       {"arg2", ARG_DONTCARE}, {"arg3", ARG_DONTCARE})
HELPER(trace_vprintk, RET_INTEGER, HELPER_GPL, "the same with any number of arguments, from an array",
         {"fmt", ARG_PTR_TO_RDONLY_MEM}, {"fmt_size", ARG_CONST_SIZE},
         {"data", ARG_PTR_TO_RDONLY_MEM_OR_NULL}, {"data_len", ARG_CONST_SIZE_OR_ZERO})
HELPER(strtol, RET_INTEGER, 0, "text to a signed number; returns the characters read or a negative errno",
       {"buf", ARG_PTR_TO_RDONLY_MEM}, {"buf_len", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING},
       {"res", ARG_PTR_TO_RESULT, .size = 8})
HELPER(strtoul, RET_INTEGER, 0,
       "text to an unsigned number; returns the characters read or a negative errno",
       {"buf", ARG_PTR_TO_RDONLY_MEM}, {"buf_len", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING},
       {"res", ARG_PTR_TO_RESULT, .size = 8})
HELPER(strncmp, RET_INTEGER, 0, "compares a string with a constant one: -1, 0 or 1",
       {"s1", ARG_PTR_TO_MEM}, {"s1_sz", ARG_CONST_SIZE}, {"s2", ARG_PTR_TO_CONST_STR})
HELPER(snprintf, RET_INTEGER, HELPER_GPL,
       "formats numbers and strings into memory; returns the bytes it needs",
       {"str", ARG_PTR_TO_MEM_OR_NULL, .written = true}, {"str_size", ARG_CONST_SIZE_OR_ZERO},
       {"fmt", ARG_PTR_TO_CONST_STR}, {"data", ARG_PTR_TO_RDONLY_MEM_OR_NULL},
       {"data_len", ARG_CONST_SIZE_OR_ZERO})
CONTRACT(snprintf_btf, RET_INTEGER, 0, "writes a kernel value as text, by its type",
         {"str", ARG_PTR_TO_MEM, .written = true}, {"str_size", ARG_CONST_SIZE},
         {"ptr", ARG_PTR_TO_RDONLY_MEM}, {"btf_ptr_size", ARG_CONST_SIZE}, {"flags", ARG_ANYTHING})
HELPER(seq_printf, RET_INTEGER, HELPER_GPL, "formats numbers and strings into the file that is read",
         {"m", ARG_PTR_TO_BTF_ID, .btf = "seq_file"}, {"fmt", ARG_PTR_TO_RDONLY_MEM},
         {"fmt_size", ARG_CONST_SIZE}, {"data", ARG_PTR_TO_RDONLY_MEM_OR_NULL},
         {"data_len", ARG_CONST_SIZE_OR_ZERO})
CONTRACT(seq_printf_btf, RET_INTEGER, HELPER_GPL, "writes a kernel value as text into the file that is read",
         {"m", ARG_PTR_TO_BTF_ID, .btf = "seq_file"}, {"ptr", ARG_PTR_TO_RDONLY_MEM},
         {"ptr_size", ARG_CONST_SIZE_OR_ZERO}, {"flags", ARG_ANYTHING})
HELPER(seq_write, RET_INTEGER, HELPER_GPL, "copies bytes into the file that is read",
         {"m", ARG_PTR_TO_BTF_ID, .btf = "seq_file"}, {"data", ARG_PTR_TO_RDONLY_MEM},
         {"len", ARG_CONST_SIZE_OR_ZERO})
HELPER(d_path, RET_INTEGER, HELPER_ALLOWED_D_PATH, "the name of a file from the root",
         {"path", ARG_PTR_TO_BTF_ID, .btf = "path"}, {"buf", ARG_PTR_TO_MEM, .written = true},
         {"sz", ARG_CONST_SIZE_OR_ZERO})
