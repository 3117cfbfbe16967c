-- A client's dialect is a name that the program knows. The list of dialects is the program's, so that a further one is no
-- migration; a client of a dialect that a program does not know gets no token from it.

alter table api_clients
  drop constraint api_clients_dialect_check,
  add constraint api_clients_dialect_check check (dialect ~ '^[a-z][a-z0-9-]{0,31}$');
