/*
 * bpf(2) on many elements at once: MAP_LOOKUP_BATCH, LOOKUP_AND_DELETE_BATCH, UPDATE_BATCH, DELETE_BATCH.
 *
 * Mirrors the generic_map_*_batch of kernel/bpf/syscall.c and __htab_map_lookup_and_delete_batch of
 * hashtab.c. attr.batch.count goes in as the room of the caller's arrays and comes back as the number of
 * elements done, after most failures too. Where a lookup goes on is the caller's to keep: out_batch of one
 * call is in_batch of the next. For arrays it holds the last key, for hash tables the number of a bucket:
 * these give whole buckets, so -ENOSPC says that the caller's arrays are smaller than one.
 */
#include "cmd_map.h"

struct batch {
	struct sim *sim;
	struct call *call;
	struct map *map;
	u32 key_size, value_size;
	u32 done;          /* elements so far */
	void *key, *value; /* buffers for one element */
};

/* The kernel multiplies in 32 bits as well. */
static u64 user_key(const struct batch *b, u32 i)
{
	return b->call->attr.batch.keys + (u32)(i * b->key_size);
}

static u64 user_value(const struct batch *b, u32 i)
{
	return b->call->attr.batch.values + (u32)(i * b->value_size);
}

static int put_count(struct batch *b, u32 count)
{
	u64 at = b->call->uattr + offsetof(union bpf_attr, batch.count);

	return copy_out(b->sim, b->call->task, at, &count, sizeof(count));
}

static int copy_out_elem(struct batch *b, const void *key, const void *value)
{
	int err = copy_out(b->sim, b->call->task, user_key(b, b->done), key, b->key_size);

	return err ? err : copy_out(b->sim, b->call->task, user_value(b, b->done), value, b->value_size);
}

/* --- update, delete: element after element --- */

static int update_one(struct batch *b)
{
	int err = copy_in(b->sim, b->call->task, b->key, user_key(b, b->done), b->key_size);

	if (!err)
		err = copy_in(b->sim, b->call->task, b->value, user_value(b, b->done), b->value_size);
	return err ? err : map_update_one(b->sim, b->call, b->map, b->key, b->value);
}

static int delete_one(struct batch *b)
{
	int err = copy_in(b->sim, b->call->task, b->key, user_key(b, b->done), b->key_size);

	return err ? err : map_remove(b->sim, b->map, b->key);
}

static int each(struct batch *b, int (*one)(struct batch *b))
{
	int err = 0, count_err;

	while (b->done < b->call->attr.batch.count) {
		err = one(b);
		if (err)
			break;
		b->done++;
	}
	count_err = put_count(b, b->done);
	return count_err ? count_err : err;
}

static int update_batch(struct batch *b)
{
	return each(b, update_one);
}

static int delete_batch(struct batch *b)
{
	return each(b, delete_one);
}

/* --- lookup by key: b->key moves on; @any = it holds a key at all --- */

/* Keys that hold nothing (in an array of maps) are passed over: -ENOENT with the key moved on. */
static int next_elem(struct batch *b, bool any, void *next, bool *last)
{
	int err = map_ops(b->map)->next_key(b->sim, b->map, any ? b->key : NULL, next);

	*last = err;
	if (err)
		return err;
	memcpy(b->key, next, b->key_size);
	err = map_read_value(b->sim, b->map, b->key, b->value);
	if (!err)
		err = copy_out_elem(b, b->key, b->value);
	return err;
}

static int lookup_by_key(struct batch *b, bool any, void *next)
{
	int err = 0, out_err;
	bool last = false;

	while (b->done < b->call->attr.batch.count && !last) {
		err = next_elem(b, any, next, &last);
		if (err && err != -ENOENT)
			return err;
		any = true;
		if (!err)
			b->done++;
	}
	out_err = put_count(b, b->done);
	if (!out_err && b->done)
		out_err = copy_out(b->sim, b->call->task, b->call->attr.batch.out_batch, b->key, b->key_size);
	return out_err ? out_err : err;
}

static int generic_lookup(struct batch *b)
{
	u64 from = b->call->attr.batch.in_batch;
	int err = 0;
	void *next = call_buffer(b->sim, b->key_size, &err);

	if (next && from)
		err = copy_in(b->sim, b->call->task, b->key, from, b->key_size);
	if (!err)
		err = lookup_by_key(b, from, next);
	sim_free(b->sim, next);
	return err;
}

/* --- lookup by bucket --- */

static u32 bucket_count(const struct batch *b, u32 bucket)
{
	const void *key = NULL;
	u32 n = 0;

	while ((key = map_ops(b->map)->bucket_next(b->map, bucket, key)))
		n++;
	return n;
}

/* Copies out the bucket's elements; b->done counts them. All are read before the first is deleted. */
static int read_bucket(struct batch *b, u32 bucket)
{
	const void *key = NULL;
	int err = 0;

	while (!err && (key = map_ops(b->map)->bucket_next(b->map, bucket, key))) {
		err = map_read_value(b->sim, b->map, key, b->value);
		if (!err)
			err = copy_out_elem(b, key, b->value);
		b->done++;
	}
	return err;
}

/* The kernel deletes before it copies out: elements are gone even if the caller's memory is bad. */
static void empty_bucket(struct batch *b, u32 bucket)
{
	const void *key;

	while ((key = map_ops(b->map)->bucket_next(b->map, bucket, NULL)))
		map_remove(b->sim, b->map, key);
}

/*
 * From *bucket on, until the caller's arrays are full; *bucket is then the first one not done. -ENOENT:
 * that was the last.
 */
static int read_buckets(struct batch *b, u32 *bucket, bool take)
{
	u32 buckets = map_ops(b->map)->buckets(b->map);

	for (; *bucket < buckets; ++*bucket) {
		u32 n = bucket_count(b, *bucket);
		int err;

		if (n > b->call->attr.batch.count - b->done)
			return b->done ? 0
				       : sim_fail(&b->sim->why, -ENOSPC,
						  "bucket %u holds %u elements, count is %u", *bucket, n,
						  b->call->attr.batch.count);
		err = read_bucket(b, *bucket);
		if (take)
			empty_bucket(b, *bucket);
		if (err)
			return err;
	}
	return sim_fail(&b->sim->why, -ENOENT, "all %u buckets are done", buckets);
}

static int lookup_by_bucket(struct batch *b, bool take)
{
	const union bpf_attr *attr = &b->call->attr;
	u32 bucket = 0, buckets = map_ops(b->map)->buckets(b->map);
	int err = 0;

	if (attr->batch.in_batch)
		err = copy_in(b->sim, b->call->task, &bucket, attr->batch.in_batch, sizeof(bucket));
	if (err)
		return err;
	if (bucket >= buckets)
		return sim_fail(&b->sim->why, -ENOENT, "in_batch says bucket %u, the map has %u", bucket,
				buckets);
	err = read_buckets(b, &bucket, take);
	if (err == -EFAULT)
		return err;
	if (copy_out(b->sim, b->call->task, attr->batch.out_batch, &bucket, sizeof(bucket)) ||
	    put_count(b, b->done))
		return -EFAULT;
	return err;
}

static int lookup_batch(struct batch *b)
{
	return map_ops(b->map)->buckets ? lookup_by_bucket(b, false) : generic_lookup(b);
}

static int take_batch(struct batch *b)
{
	return lookup_by_bucket(b, true);
}

/* --- what all four begin with --- */

/* What differs between the four commands. */
struct batch_kind {
	u32 trait;  /* MAP_TRAIT_*_BATCH: the type has it */
	u32 need;   /* MAP_CALL_* */
	bool reads; /* bucket by bucket if the type has buckets: batch.flags must be 0 then */
	int (*run)(struct batch *b);
};

static int check_flags(struct batch *b, const struct batch_kind *kind)
{
	const union bpf_attr *attr = &b->call->attr;

	if (!(map_ops(b->map)->traits & kind->trait))
		return sim_fail(&b->sim->why, -ENOTSUPP, "maps of type %s do not have this batch command",
				map_ops(b->map)->name);
	if (attr->batch.elem_flags & ~(u64)BPF_F_LOCK)
		return sim_fail(&b->sim->why, -EINVAL, "elem_flags 0x%llx: batches know BPF_F_LOCK only",
				(unsigned long long)attr->batch.elem_flags);
	if (map_check_lock(b->sim, b->map, attr->batch.elem_flags))
		return -EINVAL;
	if (kind->reads && map_ops(b->map)->buckets && attr->batch.flags)
		return sim_fail(&b->sim->why, -EINVAL, "batch.flags 0x%llx: there are none yet",
				(unsigned long long)attr->batch.flags);
	return 0;
}

static int run_with_buffers(struct batch *b, const struct batch_kind *kind)
{
	int err = put_count(b, 0);

	if (err)
		return err;
	b->key = call_buffer(b->sim, b->key_size, &err);
	b->value = b->key ? call_buffer(b->sim, b->value_size, &err) : NULL;
	if (b->value)
		err = kind->run(b);
	sim_free(b->sim, b->value);
	sim_free(b->sim, b->key);
	return err;
}

static s64 map_batch(struct sim *sim, struct call *call, const struct batch_kind *kind)
{
	struct batch b = {.sim = sim, .call = call};
	int err;

	b.map = map_by_fd(sim, call, call->attr.batch.map_fd, kind->need, &err);
	if (!b.map)
		return err;
	err = check_flags(&b, kind);
	if (err || !call->attr.batch.count)
		return err;
	b.key_size = b.map->k.key_size;
	b.value_size = map_user_value_size(sim, b.map);
	return run_with_buffers(&b, kind);
}

s64 cmd_map_lookup_batch(struct sim *sim, struct call *call)
{
	static const struct batch_kind kind = {MAP_TRAIT_LOOKUP_BATCH, MAP_CALL_READ, true, lookup_batch};

	return map_batch(sim, call, &kind);
}

s64 cmd_map_lookup_and_delete_batch(struct sim *sim, struct call *call)
{
	static const struct batch_kind kind = {MAP_TRAIT_TAKE_BATCH, MAP_CALL_READ | MAP_CALL_WRITE, true,
					       take_batch};

	return map_batch(sim, call, &kind);
}

s64 cmd_map_update_batch(struct sim *sim, struct call *call)
{
	static const struct batch_kind kind = {MAP_TRAIT_UPDATE_BATCH, MAP_CALL_WRITE, false, update_batch};

	return map_batch(sim, call, &kind);
}

s64 cmd_map_delete_batch(struct sim *sim, struct call *call)
{
	static const struct batch_kind kind = {MAP_TRAIT_DELETE_BATCH, MAP_CALL_WRITE, false, delete_batch};

	return map_batch(sim, call, &kind);
}
