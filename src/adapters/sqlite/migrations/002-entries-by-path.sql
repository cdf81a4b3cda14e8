-- Files with the same content have one cid, and there can be a hundred thousand of them: only the path tells them apart.
drop index entry_by_cid;
create index entry_by_entry on entry (cid, path);
