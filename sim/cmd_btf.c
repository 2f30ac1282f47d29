/*
 * bpf(2) commands on BTF: BTF_LOAD and its part of OBJ_GET_INFO_BY_FD (btf_new_fd, btf_get_info_by_fd of
 * kernel/bpf/btf.c).
 *
 * Simplified: the kernel's own BTF is not an object here, so the first BTF of a user has id 1.
 */
#include "btf_check.h"
#include "btf_obj.h"
#include "syscall.h"

/* The bytes, checked; the log is written. 0 (then @check->index and @data are the object's) or -errno. */
static int copy_and_check(struct sim *sim, struct call *call, struct btf_check *check, u8 *data)
{
	int err = copy_in(sim, call->task, data, call->attr.btf, call->attr.btf_size);

	if (err)
		return err;
	err = btf_check_all(check, data, call->attr.btf_size);
	log_flush(sim, call->task, check->log);
	if (!err && log_full(check->log)) {
		sim_free(sim, check->index);
		err = sim_fail(&sim->why, -ENOSPC, "the log buffer of %u bytes is too small",
			       check->log->size);
	}
	return err;
}

/* From the user's bytes to an object with one reference, not yet published. */
static int load(struct sim *sim, struct call *call, struct log *log, struct btf **out)
{
	struct btf_check check = {.sim = sim, .log = log};
	struct btf *btf = sim_alloc(sim, sizeof(*btf));
	u8 *data = sim_alloc(sim, call->attr.btf_size ? call->attr.btf_size : 1);
	int err;

	if (!btf || !data)
		err = sim_fail(&sim->why, -ENOMEM, "no memory for %u bytes of BTF", call->attr.btf_size);
	else
		err = copy_and_check(sim, call, &check, data);
	if (err) {
		sim_free(sim, data);
		sim_free(sim, btf);
		return err;
	}
	btf->types = check.types;
	obj_init(&btf->obj, OBJ_BTF, NULL);
	*out = btf;
	return 0;
}

static s64 publish(struct sim *sim, struct call *call, struct btf *btf)
{
	int id = obj_publish(sim, &btf->obj);

	if (id < 0) {
		obj_put(sim, &btf->obj);
		return id;
	}
	return fd_open(sim, call->task, &btf->obj, true, false);
}

s64 cmd_btf_load(struct sim *sim, struct call *call)
{
	const union bpf_attr *attr = &call->attr;
	struct btf *btf;
	struct log log;
	int err;

	if (!bpf_capable(sim, call->task))
		return sim_fail(&sim->why, -EPERM, "loading BTF needs CAP_BPF");
	if (attr->btf_size > BTF_MAX_BYTES)
		return sim_fail(&sim->why, -E2BIG, "BTF of %u bytes: at most %u are loaded", attr->btf_size,
				BTF_MAX_BYTES);
	err = log_init(sim, &log, attr->btf_log_level, attr->btf_log_buf, attr->btf_log_size);
	if (!err)
		err = load(sim, call, &log, &btf);
	log_fini(sim, &log);
	return err ? err : publish(sim, call, btf);
}

/* The name of a kernel BTF; a user's has none, but the length is checked all the same. */
static int put_name(struct sim *sim, struct call *call, struct bpf_btf_info *info)
{
	if (!info->name != !info->name_len)
		return sim_fail(&sim->why, -EINVAL, "name and name_len go together: one of them is 0");
	if (info->name && copy_out(sim, call->task, info->name, "", 1))
		return -EFAULT;
	info->name_len = 0;
	return 0;
}

s64 btf_get_info(struct sim *sim, struct call *call, struct obj *obj)
{
	const struct btf_types *types = &btf_of(obj)->types;
	u64 uinfo = call->attr.info.info, uattr_len = call->uattr + offsetof(union bpf_attr, info.info_len);
	u32 len = min_u64(call->attr.info.info_len, sizeof(struct bpf_btf_info));
	struct bpf_btf_info info = {0};
	int err = check_tail_zero(sim, call->task, uinfo, sizeof(info), call->attr.info.info_len);

	if (!err)
		err = copy_in(sim, call->task, &info, uinfo, len);
	if (!err)
		err = copy_out(sim, call->task, info.btf, types->data, min_u64(types->size, info.btf_size));
	if (err)
		return err;
	info.id = obj->id;
	info.btf_size = types->size;
	info.kernel_btf = 0;
	err = put_name(sim, call, &info);
	if (!err)
		err = copy_out(sim, call->task, uinfo, &info, len);
	return err ? err : copy_out(sim, call->task, uattr_len, &len, sizeof(len));
}

static void btf_free(struct sim *sim, struct obj *obj)
{
	struct btf *btf = btf_of(obj);

	sim_free(sim, (void *)btf->types.offset);
	sim_free(sim, (void *)btf->types.data);
	sim_free(sim, btf);
}

const struct obj_ops btf_obj_ops = {
	.name = "btf",
	.file = "btf",
	.free = btf_free,
};
