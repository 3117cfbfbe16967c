-- API clients of the role `agent` decide by the tools of MCP, which show first what they are about to do.

alter table api_clients drop constraint api_clients_role_check;
alter table api_clients add constraint api_clients_role_check
  check (role in ('admin', 'role-miner', 'reviewer', 'auditor', 'agent'));
