-- The owner gives items to other reviewers.
grant delete on review_assignments to assay_mining;

-- The access profile that was made or changed: an id, and named as one.
alter table review_items rename column result_profile to result_profile_id;
