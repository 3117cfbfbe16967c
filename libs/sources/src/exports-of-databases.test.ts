import { testExports } from './testing-exports.ts'

// Exports of databases in their real form, with our own data.

const otherTables = Array.from({ length: 60 }, (_, index) => `goods_${index}`)

testExports({
  'roles of Oracle that only grants name': {
    map: 'database-grants',
    files: {
      'DBA_SYS_PRIVS.csv':
        'GRANTEE,PRIVILEGE,ADMIN_OPTION\nANA,CREATE SESSION,NO\nRESOURCE,CREATE TABLE,NO\nSHOP_ROLE,CREATE VIEW,NO\nCLERKS,CREATE JOB,NO\n',
      'DBA_ROLES.csv': 'ROLE,PASSWORD_REQUIRED,AUTHENTICATION_TYPE\nCLERKS,NO,NONE\n',
      'ROLE_TAB_PRIVS.csv': 'ROLE,OWNER,TABLE_NAME,COLUMN_NAME,PRIVILEGE,GRANTABLE\nBUYERS,SHOP,ORDERS,,SELECT,NO\n',
      'USER_ROLE_PRIVS.csv': 'USERNAME,GRANTED_ROLE,ADMIN_OPTION,DEFAULT_ROLE\nANA,CLERKS,NO,YES\n',
    },
    people: { enabled: ['ANA'] },
    grants: ['ANA CLERKS', 'ANA CREATE SESSION'],
    memberships: [
      'database BUYERS -> database SELECT on SHOP.ORDERS',
      'database CLERKS -> database CREATE JOB',
      'database RESOURCE -> database CREATE TABLE',
      'database SHOP_ROLE -> database CREATE VIEW',
    ],
  },
  'a user of Oracle whose name begins as those of roles of PostgreSQL': {
    map: 'database-grants',
    files: {
      'DBA_ROLE_PRIVS.csv': 'GRANTEE,GRANTED_ROLE,ADMIN_OPTION,DEFAULT_ROLE\nPG_MILLER,CLERKS,NO,YES\n',
      'DBA_USERS.csv': 'USERNAME,ACCOUNT_STATUS,DEFAULT_TABLESPACE\nPG_MILLER,OPEN,USERS\n',
    },
    people: { enabled: ['PG_MILLER'] },
    grants: ['PG_MILLER CLERKS'],
  },
  'a user of PostgreSQL who is called as a role of Oracle': {
    map: 'database-grants',
    files: {
      'role_table_grants.csv':
        'grantor,grantee,table_catalog,table_schema,table_name,privilege_type,is_grantable\n' +
        'postgres,dba,shop,public,orders,SELECT,NO\npostgres,pg_monitor,shop,public,orders,SELECT,NO\n',
    },
    people: { enabled: ['dba'] },
    grants: ['dba SELECT on public.orders'],
    memberships: ['database pg_monitor -> database SELECT on public.orders'],
  },
  'users of MongoDB by mongoexport': {
    map: 'mongodb',
    files: {
      'system.users.json':
        '{"_id":"admin.ana","user":"ana","db":"admin","credentials":{"SCRAM-SHA-1":{"salt":"x"}},"roles":[{"role":"read","db":"shop"}]}\n' +
        '{"_id":"admin.bo","user":"bo","db":"admin","credentials":{},"roles":[{"role":"read","db":"hr"}]}\n',
    },
    grants: ['admin.ana shop.read', 'admin.bo hr.read'],
  },
  'rows of a table as XML': {
    map: 'access-table',
    files: {
      'access.xml':
        '<export><row><user>ana</user><full_name>Ana Meier</full_name><role>admin</role></row>' +
        '<row><user>bo</user><full_name>Bo Kurt</full_name><role>clerk</role><role>admin</role></row></export>',
    },
    grants: ['ana admin', 'bo admin', 'bo clerk'],
  },
  'roles as psql lists them': {
    map: 'database-grants',
    files: {
      'roles.txt':
        '  Role name |  Attributes  |      Member of      \n-----------+--------------+---------------------\n' +
        ' ana       |              | {readers,writers}\n readers   | Cannot login | {}\n writers   | Cannot login | {readers}\n\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana readers', 'ana writers'],
    memberships: ['database writers -> database readers'],
  },
  'permissions of SQL Server': {
    map: 'database-grants',
    files: {
      'permissions.csv':
        'principal_name,principal_type_desc,class_desc,object_name,permission_name,permission_state_desc\n' +
        'ana,SQL_USER,OBJECT_OR_COLUMN,orders,SELECT,GRANT\nana,SQL_USER,OBJECT_OR_COLUMN,prices,SELECT,DENY\n',
    },
    grants: ['ana SELECT on orders'],
  },
  'roles and grants of a dump of PostgreSQL': {
    map: 'database-grants',
    files: {
      'roles.sql':
        '--\n-- Roles\n--\nCREATE ROLE ana;\nALTER ROLE ana WITH NOSUPERUSER LOGIN;\n' +
        'GRANT readers TO ana GRANTED BY postgres;\nGRANT SELECT, UPDATE (price) ON TABLE "shop".orders\n  TO readers, bo WITH GRANT OPTION;\n' +
        'GRANT USAGE ON SCHEMA shop TO readers;\nREVOKE ALL ON SCHEMA public FROM PUBLIC;\n',
    },
    grants: ['ana readers', 'bo SELECT on shop.orders', 'bo UPDATE (price) on shop.orders'],
    memberships: [
      'database readers -> database SELECT on shop.orders',
      'database readers -> database UPDATE (price) on shop.orders',
      'database readers -> database USAGE on SCHEMA shop',
    ],
  },
  'what MySQL answers to SHOW GRANTS': {
    map: 'database-grants',
    files: {
      'grants.txt':
        '+------------------------------------------+\n| Grants for ana@%                         |\n+------------------------------------------+\n' +
        '| GRANT USAGE ON *.* TO `ana`@`%`          |\n| GRANT SELECT, INSERT ON `shop`.* TO `ana`@`%` |\n| GRANT `reader`@`%` TO `ana`@`%`          |\n' +
        '+------------------------------------------+\n',
    },
    grants: ['ana@% INSERT on shop.*', 'ana@% SELECT on shop.*', 'ana@% reader@%'],
  },
  'statements that others take back, and texts that only look like some': {
    map: 'database-grants',
    files: {
      'roles.sql':
        '/*\nGRANT boss TO eve;\n*/\nCREATE ROLE readers;\nALTER ROLE readers WITH NOLOGIN;\n' +
        'CREATE ROLE ana;\nALTER ROLE ana WITH LOGIN;\nALTER ROLE ana SET search_path TO shop;\n' +
        'GRANT a TO ana; GRANT b TO ana; -- both\nGRANT SELECT -- to read; alone\n  ON t TO bo;\nREVOKE b FROM ana;\n' +
        'REVOKE GRANT OPTION FOR SELECT ON t FROM bo;\nREVOKE ALL ON u FROM bo;\nGRANT UPDATE ON u TO bo;\n' +
        'GRANT UPDATE ON v TO bo;\nREVOKE ALL PRIVILEGES ON TABLE v FROM bo CASCADE;\n' +
        'ALTER DEFAULT PRIVILEGES IN SCHEMA shop\n  GRANT SELECT ON TABLES TO bo;\n' +
        'CREATE FUNCTION f() RETURNS void AS $$\n  GRANT boss TO eve;\n$$ LANGUAGE sql;\nGRANT\n  SELECT ON t\n  TO readers;\n',
    },
    grants: ['ana a', 'bo SELECT on t', 'bo UPDATE on u'],
    memberships: ['database readers -> database SELECT on t'],
  },
  'statements of SQL Server, with names in brackets and without semicolons': {
    map: 'database-grants',
    files: {
      'grants.sql':
        'USE shop\nGO\nGRANT SELECT ON [dbo].[orders] TO [X\\ana]\nGO\nGRANT UPDATE ON [dbo].[orders] TO [Bo, Kurt]\n' +
        'SELECT 1\nGO\nGRANT UPDATE ON [dbo].[prices] TO [Bo, Kurt]\nDENY UPDATE ON [dbo].[orders] TO [Bo, Kurt]\nGO\n',
    },
    grants: ['"Bo, Kurt" UPDATE on dbo.prices', 'X\\ana SELECT on dbo.orders'],
  },
  'a user of Snowflake who is called as a role is': {
    map: 'database-grants',
    files: { 'grants.sql': 'GRANT ROLE ana TO USER ana;\nGRANT ROLE loader TO ROLE ana;\n' },
    grants: ['ana ana'],
    memberships: ['database ana -> database loader'],
  },
  'grants of Snowflake with the mark of an unload for nothing': {
    map: 'snowflake',
    files: {
      'grants.csv':
        'CREATED_ON,DELETED_ON,ROLE,GRANTED_TO,GRANTEE_NAME,GRANTED_BY\n2024-01-01,\\N,ANALYST,USER,AM,S\n2024-01-01,2024-02-01,BOSS,USER,AM,S\n',
    },
    grants: ['AM ANALYST'],
  },
  'a list of sqlcmd with commas': {
    map: 'database-grants',
    files: { 'roles.csv': 'GRANTEE,GRANTED_ROLE\n-------,------------\nana,CLERK\n' },
    grants: ['ana CLERK'],
  },
  'permissions of SQL Server that roles have': {
    map: 'database-grants',
    files: {
      'permissions.csv':
        'principal_name,principal_type_desc,class_desc,object_name,permission_name,permission_state_desc\n' +
        'ana,SQL_USER,OBJECT_OR_COLUMN,orders,SELECT,GRANT\nreaders,DATABASE_ROLE,OBJECT_OR_COLUMN,orders,SELECT,GRANT\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana SELECT on orders'],
    memberships: ['database readers -> database SELECT on orders'],
  },
  'grants to roles and users of Snowflake as statements': {
    map: 'database-grants',
    files: {
      'grants.sql':
        'GRANT ROLE analyst TO USER ana;\nGRANT ROLE loader TO ROLE analyst;\ngrant select on table t to role loader;\n',
    },
    grants: ['ana analyst'],
    memberships: ['database analyst -> database loader', 'database loader -> database select on t'],
  },
  'a list of sqlplus, whose names come again on each page': {
    map: 'database-grants',
    files: {
      'role_privs.lst':
        '\nGRANTEE                        GRANTED_ROLE                   ADM\n' +
        '------------------------------ ------------------------------ ---\n' +
        'ANA                            CLERK                          NO\n\n' +
        'GRANTEE                        GRANTED_ROLE                   ADM\n' +
        '------------------------------ ------------------------------ ---\n' +
        'BO                             CLERK                          YES\n\n2 rows selected.\n\n',
    },
    grants: ['ANA CLERK', 'BO CLERK'],
  },
  'a table that psql prints': {
    map: 'database-grants',
    files: {
      'grants.txt':
        '             Grants\n grantee | table_schema | table_name | privilege_type \n---------+--------------+------------+----------------\n' +
        ' ana     | public       | orders     | SELECT\n bo      | public       | orders     | INSERT\n(2 rows)\n\n',
    },
    grants: ['ana SELECT on public.orders', 'bo INSERT on public.orders'],
  },
  'a printed table of MySQL': {
    map: 'database-grants',
    files: {
      'grants.txt':
        '+---------+--------------+\n| GRANTEE | GRANTED_ROLE |\n+---------+--------------+\n| ana     | reader       |\n+---------+--------------+\n',
    },
    grants: ['ana reader'],
  },
  'users and groups that ldapdomaindump writes': {
    map: 'ad-users-csv',
    files: {
      'domain_users.json': JSON.stringify([
        {
          attributes: { cn: ['Ana'], sAMAccountName: ['ana'], userAccountControl: [514], memberOf: ['CN=Ops,DC=x'] },
          dn: 'CN=Ana,DC=x',
        },
      ]),
      'domain_groups.json': JSON.stringify([
        {
          attributes: { cn: ['Ops'], sAMAccountName: ['Ops'], groupType: [2], memberOf: ['CN=All,DC=x'] },
          dn: 'CN=Ops,DC=x',
        },
        { attributes: { cn: ['All'], sAMAccountName: ['All'], groupType: [2] }, dn: 'CN=All,DC=x' },
      ]),
    },
    people: { disabled: ['ana'] },
    grants: ['ana "CN=Ops,DC=x"'],
    memberships: ['ad CN=Ops,DC=x -> ad CN=All,DC=x'],
  },
  'grants of MySQL by information_schema': {
    map: 'database-grants',
    files: {
      'privileges.csv':
        "GRANTEE,TABLE_CATALOG,TABLE_SCHEMA,TABLE_NAME,PRIVILEGE_TYPE,IS_GRANTABLE\n\"'ana'@'%'\",def,shop,orders,SELECT,NO\n",
    },
    grants: ["'ana'@'%' SELECT on shop.orders"],
  },
  'grants of PostgreSQL by information_schema': {
    map: 'database-grants',
    files: {
      'role_table_grants.csv':
        'grantor,grantee,table_catalog,table_schema,table_name,privilege_type,is_grantable,with_hierarchy\n' +
        'postgres,ana,shop,public,orders,INSERT,NO,NO\npostgres,PUBLIC,shop,public,prices,SELECT,NO,YES\n',
    },
    grants: ['ana INSERT on public.orders'],
  },
  'role members of SQL Server': {
    map: 'database-grants',
    files: { 'roles.csv': 'DatabaseRoleName,DatabaseUserName\ndb_owner,ana\ndb_datareader,No members\n' },
    grants: ['ana db_owner'],
  },
  'what mysql --xml answers': {
    map: 'access-table',
    files: {
      'rights.xml':
        '<?xml version="1.0"?>\n<resultset statement="select ..." xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' +
        '<row><field name="user_name">ana</field><field name="email">a@x.test</field><field name="role_name">editor</field></row>\n' +
        '<row><field name="user_name">bo</field><field name="email" xsi:nil="true" /><field name="role_name">viewer</field></row>\n' +
        '</resultset>\n',
    },
    grants: ['ana editor', 'bo viewer'],
  },
  'tables of mysqldump --xml': {
    map: 'joined-tables',
    files: {
      'shop.xml':
        '<mysqldump><database name="shop">' +
        '<table_data name="users"><row><field name="id">1</field><field name="username">ana</field></row>' +
        '<row><field name="id">2</field><field name="username">bo</field></row></table_data>' +
        '<table_data name="roles"><row><field name="id">7</field><field name="name">editor</field></row></table_data>' +
        '<table_data name="user_roles"><row><field name="user_id">2</field><field name="role_id">7</field></row></table_data>' +
        '</database></mysqldump>',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['bo role editor'],
  },
  'tables that phpMyAdmin exports as XML': {
    map: 'joined-tables',
    files: {
      'shop.xml':
        '<pma_xml_export version="1.0" xmlns:pma="https://www.phpmyadmin.net/some_doc_url/"><database name="shop">' +
        '<table name="users"><column name="id">1</column><column name="username">ana</column></table>' +
        '<table name="users"><column name="id">2</column><column name="username">bo</column></table>' +
        '<table name="roles"><column name="id">7</column><column name="name">editor</column></table>' +
        '<table name="user_roles"><column name="user_id">2</column><column name="role_id">7</column></table>' +
        '</database></pma_xml_export>',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['bo role editor'],
  },
  'members of roles of SQL Server, as sqlcmd prints them': {
    map: 'database-grants',
    files: {
      'members.txt':
        'RoleName             MemberName\n-------------------- --------------------\ndb_owner             ana\ndb_datareader        bo\n\n(2 rows affected)\n',
    },
    grants: ['ana db_owner', 'bo db_datareader'],
  },
  'grants of roles, as psql prints them for \\drg': {
    map: 'database-grants',
    files: {
      'drg.txt':
        '                 List of role grants\n Role name | Member of |   Options    | Grantor  \n-----------+-----------+--------------+----------\n' +
        ' ana       | writers   | INHERIT, SET | postgres\n writers   | readers   | INHERIT, SET | postgres\n(2 rows)\n\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana writers'],
    memberships: ['database writers -> database readers'],
  },
  'tables that phpMyAdmin exports as JSON': {
    map: 'joined-tables',
    files: {
      'shop.json': JSON.stringify([
        { type: 'header', version: '5.2.1', comment: 'Export to JSON plugin for phpMyAdmin' },
        { type: 'database', name: 'shop' },
        {
          ...{ type: 'table', name: 'users', database: 'shop' },
          data: [
            { id: '1', username: 'ana' },
            { id: '2', username: 'bo' },
          ],
        },
        { type: 'table', name: 'roles', database: 'shop', data: [{ id: '7', name: 'editor' }] },
        { type: 'table', name: 'user_roles', database: 'shop', data: [{ user_id: '2', role_id: '7' }] },
      ]),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['bo role editor'],
  },
  'a dump as JSON whose users are behind many other tables': {
    map: 'joined-tables',
    files: {
      'shop.json': JSON.stringify([
        ...otherTables.map((name) => ({
          type: 'table',
          name,
          database: 'shop',
          data: [{ price: '1', colour: 'red' }],
        })),
        { type: 'table', name: 'users', database: 'shop', data: [{ id: '2', username: 'bo' }] },
        { type: 'table', name: 'roles', database: 'shop', data: [{ id: '7', name: 'editor' }] },
        { type: 'table', name: 'user_roles', database: 'shop', data: [{ user_id: '2', role_id: '7' }] },
      ]),
    },
    mayHaveOthers: true,
    people: { enabled: ['bo'] },
    grants: ['bo role editor'],
  },
  'a dump as XML whose users are behind many other tables': {
    map: 'joined-tables',
    files: {
      'shop.xml': `<mysqldump><database name="shop">${[
        ...otherTables.map(
          (name) =>
            `<table_data name="${name}"><row><field name="price">1</field><field name="colour">red</field></row></table_data>`,
        ),
        '<table_data name="users"><row><field name="id">2</field><field name="username">bo</field></row></table_data>',
        '<table_data name="roles"><row><field name="id">7</field><field name="name">editor</field></row></table_data>',
        '<table_data name="user_roles"><row><field name="user_id">2</field><field name="role_id">7</field></row></table_data>',
      ].join('')}</database></mysqldump>`,
    },
    mayHaveOthers: true,
    people: { enabled: ['bo'] },
    grants: ['bo role editor'],
  },
  "users and groups of Django's dumpdata": {
    map: 'joined-tables',
    files: {
      'auth.json': JSON.stringify([
        { model: 'auth.group', pk: 7, fields: { name: 'Editors', permissions: [] } },
        { model: 'auth.user', pk: 1, fields: { username: 'ana', is_active: true, groups: [7], user_permissions: [] } },
        { model: 'auth.user', pk: 2, fields: { username: 'bo', is_active: false, groups: [], user_permissions: [] } },
      ]),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana group Editors'],
  },
  'roles and permissions of SQL Server in one list': {
    map: 'database-grants',
    files: {
      'rights.csv':
        'UserName,UserType,DatabaseUserName,Role,PermissionType,PermissionState,ObjectType,ObjectName\nana,SQL User,ana,db_owner,,,,\nbo,SQL User,bo,,SELECT,GRANT,TABLE,Orders\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana db_owner', 'bo SELECT on Orders'],
  },
  'users of WordPress in the dump of its database': {
    map: 'wordpress',
    files: {
      'wp.sql':
        "INSERT INTO `wp_users` (`ID`, `user_login`, `user_pass`, `user_email`, `display_name`) VALUES (1, 'ana', 'x', 'a@x.test', 'Ana');\n" +
        "INSERT INTO `wp_usermeta` (`umeta_id`, `user_id`, `meta_key`, `meta_value`) VALUES (1, 1, 'nickname', 'ana'), (2, 1, 'wp_capabilities', 'a:1:{s:6:\"editor\";b:1;}');\n",
    },
    grants: ['ana wp_capabilities: editor'],
  },
})
