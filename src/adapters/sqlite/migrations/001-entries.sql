-- Who offers something. `peer` is a PeerId as text; numbers are small and stand in the words of each entry.
create table provider (
  id integer primary key,
  peer text not null unique
) strict;

-- Pages, the unit in which entries come and go. `first_key` is the page key of the first entry: with it the order and the tree
-- of pages are known without reading an entry. `entries` are numbers of entries in the order of the page, as unsigned
-- integers of 32 bits, little endian. `bytes` is the sum of the sizes of the files. A page that is dropped is only marked with
-- `gone`, which takes no time; its entries are deleted later, a few at a time.
create table page (
  id integer primary key,
  provider integer not null references provider,
  hash text not null,
  count integer not null,
  bytes integer not null,
  first_key blob,
  entries blob not null,
  gone integer not null default 0
) strict;
create unique index page_by_hash on page (provider, hash) where gone = 0;
create index page_gone on page (id) where gone = 1;

-- Entries. Numbers grow, so the newest have the highest. `page` is the page that an entry was put with last: an entry that only
-- moves to another page, as most do when a page splits, keeps its number and its words.
create table entry (
  id integer primary key,
  page integer not null,
  cid blob not null,
  path text not null,
  size integer not null,
  mime text not null,
  modified integer not null
) strict;
create index entry_by_cid on entry (cid);

-- Words of each entry, under its number: those of catalog/words.ts, which are cut there and never here, so the tokenizer has only
-- spaces to find. With an `@` before it: each part of the media type that a query can ask for, and with two the provider's
-- number. No positions and no text are kept; phrases are looked for in the path of what was found. Merging is left to the
-- keeper: in a commit it would block the event loop for up to half a second.
create virtual table entry_words using fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '@/.+-_'"
);
insert into entry_words (entry_words, rank) values ('automerge', 0);
insert into entry_words (entry_words, rank) values ('crisismerge', 1000);
