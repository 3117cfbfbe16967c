-- Which of the attributes of the import in force are lists, as its columns declare them. Their values stand as a JSON array of
-- texts in `identities.attributes`, sorted, each once; those of any other attribute as one text.

alter table snapshots add column list_keys text[] not null default '{}';
