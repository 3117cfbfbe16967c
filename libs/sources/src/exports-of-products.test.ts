import { expect, test } from 'vitest'
import { databaseBytes } from './testing-database.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Exports in the form of real products, with our own data: the map that takes them, who has what, and which group is in which.

interface Case {
  readonly files: Readonly<Record<string, string | Uint8Array>>
  readonly map: string
  readonly grants: readonly string[]
  readonly memberships?: readonly string[]
  readonly people?: Readonly<Record<string, readonly string[]>>
  /** Tables that no map takes. */
  readonly mayHaveOthers?: boolean
}

const otherTables = Array.from({ length: 60 }, (_, index) => `goods_${index}`)

const cases: Readonly<Record<string, Case>> = {
  'lists of people under the names of roles': {
    map: 'access-document',
    files: { 'roles.json': JSON.stringify({ admin: ['ana'], dev: ['ana', 'bo'] }) },
    grants: ['ana admin', 'ana dev', 'bo dev'],
  },
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
  'applications by their names, with their users': {
    map: 'nested-document',
    files: {
      'access.json': JSON.stringify({
        crm: { owner: 'eve', users: [{ login: 'ana', roles: ['admin', { name: 'reader' }] }] },
        erp: { users: [{ login: 'ana', roles: ['admin'] }] },
        version: 3,
      }),
    },
    grants: ['ana admin', 'ana reader'],
  },
  'members of a team of GitHub as GraphQL answers page by page': {
    map: 'github-organisation',
    files: {
      'pages.json': ['ana', 'bo']
        .map((login) =>
          JSON.stringify({
            data: {
              organization: { team: { name: 'ops', members: { edges: [{ role: 'MEMBER', node: { login } }] } } },
            },
          }),
        )
        .join('\n'),
    },
    grants: ['ana team:ops', 'bo team:ops'],
  },
  'who may do what in a repository of GitHub as GraphQL answers': {
    map: 'github-organisation',
    files: {
      'shop.json': JSON.stringify({
        data: {
          repository: {
            nameWithOwner: 'acme/shop',
            collaborators: { nodes: [{ login: 'ana' }, { login: 'bo' }], edges: [{ permission: 'ADMIN' }, {}] },
          },
        },
      }),
    },
    grants: ['ana acme/shop:ADMIN', 'bo acme/shop'],
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
  'a list deep in the answer of an API, with lists in its records': {
    map: 'access-table',
    files: {
      'answer.json': JSON.stringify({
        response: {
          total: 2,
          rows: [
            { user_name: 'ana', display_name: 'Ana Meier', group_list: ['a, b', 'c'] },
            { user_name: 'bo', display_name: 'Bo Kurt', group_list: ['d, e'] },
          ],
        },
      }),
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana "a, b"', 'ana c', 'bo "d, e"'],
  },
  'people of an HR system as XML': {
    map: 'people',
    files: {
      'hr.xml':
        '<employees><employee id="1"><firstName>Ana</firstName><lastName>Meier</lastName><department>Sales</department><jobTitle>Lead</jobTitle></employee>' +
        '<employee id="2"><firstName>Bo</firstName><lastName>Kurt</lastName><department>Sales</department><jobTitle>Rep</jobTitle></employee></employees>',
    },
    people: { enabled: ['1', '2'] },
    grants: [],
  },
  'users by their names in a file of users': {
    map: 'access-document',
    files: {
      'users.json': JSON.stringify({ ana: { roles: ['admin'], email: 'ana@x.test' }, bo: { roles: ['clerk'] } }),
    },
    grants: ['ana admin', 'bo clerk'],
  },
  'teams under their names, and groups that are not called by a name': {
    map: 'access-document',
    files: {
      'ops.yaml': 'teams:\n  ops:\n    members: [ana, bo]\n',
      'more.json': JSON.stringify([{ team: 'dev', members: ['ana'] }]),
    },
    grants: ['ana dev', 'ana ops', 'bo ops'],
  },
  'entitlements of applications with their members': {
    map: 'nested-document',
    files: {
      'apps.json': JSON.stringify([
        { application: 'crm', entitlements: [{ name: 'admin', members: ['ana'] }] },
        { application: 'erp', entitlements: [{ name: 'reader', members: ['bo'] }] },
      ]),
    },
    grants: ['ana admin', 'bo reader'],
  },
  'users with their authorities in XML, and members that are references': {
    map: 'xml-document',
    files: {
      'web.xml':
        '<authentication-provider><user-service><user name="ana" password="x" authorities="ADMIN,USER"/></user-service></authentication-provider>',
      'ops.xml':
        '<directory><group id="g1"><name>ops</name><members><member ref="ana"/><member ref="bo"/></members></group></directory>',
    },
    grants: ['ana ADMIN', 'ana USER', 'ana ops', 'bo ops'],
  },
  'app roles of Entra as a table': {
    map: 'entra-graph',
    files: {
      'roles.csv':
        '"AppRoleId","CreatedDateTime","Id","PrincipalDisplayName","PrincipalId","PrincipalType","ResourceDisplayName","ResourceId"\n"r1",,"x1","Ana Meier","11","User","Mail","s1"\n"r1",,"x2","Operators","g1","Group","Mail","s1"\n',
      'users.csv': 'userPrincipalName,displayName,id,userType,accountEnabled\nana@x.test,Ana Meier,11,Member,True\n',
    },
    grants: ['11 r1'],
    memberships: ['entra g1 -> Mail r1'],
  },
  'people without a login, whose mail address names them': {
    map: 'access-table',
    files: {
      'members.csv':
        'First name,Last name,Email,Role,Status,Groups\nAna,Meier,ana@x.test,Team admin,Active,"Sales, Ops"\nBo,Kurt,bo@x.test,Member,Suspended,Sales\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Ops', 'ana@x.test Sales', 'bo@x.test Sales'],
  },
  'logins with a list and nothing else': {
    map: 'access-table',
    files: { 'wiki.csv': 'username,roles\nana,dev;ops\nbo,dev\n' },
    grants: ['ana dev', 'ana ops', 'bo dev'],
  },
  'who may do what on which repository': {
    map: 'pairs',
    files: { 'collaborators.csv': 'repository,login,permission\nshop,ana,admin\nsite,ana,read\n' },
    grants: ['ana admin', 'ana read'],
  },
  'what identities have in the attributes of their accounts': {
    map: 'access-table',
    files: {
      'entitlements.csv':
        'Identity,Application,Account,Attribute,Value,Display Value\nana,AD,"CN=Ana,DC=x",memberOf,"CN=Sales,DC=x",Sales\n',
    },
    grants: ['ana "memberOf: CN=Sales,DC=x"'],
  },
  'a French list of who may do what': {
    map: 'access-table',
    files: { 'acces.csv': 'Identifiant;Nom;Prénom;Profil;Application\nameier;Meier;Ana;Lecteur;SAGE\n' },
    grants: ['ameier Lecteur'],
  },
  'an HR file with the names of a payroll': {
    map: 'people',
    files: {
      'staff.csv':
        'Employee Number,Legal First Name,Legal Last Name,Job Title,Supervisor Employee Number,Employment Status Code\n0001,Ana,Meier,Lead,0002,A\n0002,Bo,Kurt,Head,,T\n',
    },
    people: { enabled: ['0001'], disabled: ['0002'] },
    grants: [],
  },
  'people whose status says how they are employed': {
    map: 'people',
    files: {
      'Employees.csv':
        '"Employee #","Last name, First name","Job Title","Department","Reporting to","Employment Status"\n1,"Meier, Ana",Lead,Sales,"Kurt, Bo",Full-Time\n2,"Kurt, Bo",Head,Sales,,Part-Time\n',
    },
    people: { enabled: ['1', '2'] },
    grants: [],
  },
  'members of groups as the console of Google Workspace downloads them': {
    map: 'google-workspace',
    files: {
      'members.csv':
        'Group Email [Required],Member Email,Member Type,Member Role\ndev@x.test,ana@x.test,USER,MEMBER\ndev@x.test,leads@x.test,GROUP,MEMBER\nleads@x.test,bo@x.test,USER,OWNER\n',
    },
    grants: ['ana@x.test dev@x.test', 'bo@x.test leads@x.test'],
    memberships: ['google workspace leads@x.test -> google workspace dev@x.test'],
  },
  'groups of Google Workspace by GAM, with their members in one cell': {
    map: 'google-workspace',
    files: {
      'groups.csv':
        'email,name,directMembersCount,members,managers,owners\ndev@x.test,Dev,3,ana@x.test bo@x.test,,cy@x.test\n',
    },
    grants: ['ana@x.test dev@x.test', 'bo@x.test dev@x.test', 'cy@x.test dev@x.test'],
  },
  'members of Google Cloud as a table': {
    map: 'google-cloud-iam',
    files: {
      'iam.csv': 'resource,role,member\n//p,roles/owner,user:ana@x.test\n//p,roles/viewer,group:ops@x.test\n',
    },
    grants: ['ana@x.test roles/owner on //p'],
    memberships: ['google cloud group:ops@x.test -> google cloud roles/viewer on //p'],
  },
  'profiles of users of SAP': {
    map: 'sap-agr-users',
    files: { 'UST04.csv': 'MANDT;BNAME;PROFILE\n100;AM;SAP_ALL\n' },
    grants: ['AM profile SAP_ALL'],
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
  'members of groups of ServiceNow as XML': {
    map: 'servicenow',
    files: {
      'members.xml':
        '<unload><sys_user_grmember action="x"><group display_value="Operators">g1</group><user display_value="Ana">u1</user></sys_user_grmember></unload>',
    },
    grants: ['u1 g1'],
  },
  'who is locked in FreeIPA': {
    map: 'ldif',
    files: {
      'ipa.ldif':
        'dn: uid=ana,dc=x\nobjectClass: person\nuid: ana\nnsAccountLock: FALSE\n\ndn: uid=bo,dc=x\nobjectClass: person\nuid: bo\nnsAccountLock: TRUE\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: [],
  },
  'users with their groups, that another map has names for as well': {
    map: 'access-document',
    files: { 'users.yaml': 'users:\n  - name: ana\n    email: ana@x.test\n    groups: [dev, ops]\n' },
    grants: ['ana@x.test dev', 'ana@x.test ops'],
  },
  'users by their names, as Elasticsearch answers': {
    map: 'access-document',
    files: {
      'users.json': JSON.stringify({
        ana: { username: 'ana', roles: ['superuser'], full_name: 'Ana Meier', enabled: true },
        bo: { username: 'bo', roles: ['viewer'], full_name: 'Bo Kurt', enabled: false },
      }),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana superuser', 'bo viewer'],
  },
  'users of Okta as a table made of its API': {
    map: 'okta',
    files: {
      'users.csv':
        'id,status,created,profile.firstName,profile.lastName,profile.email,profile.login,profile.department\n' +
        '00u1,ACTIVE,2020-01-01T00:00:00.000Z,Ana,Meier,ana@x.test,ana@x.test,Sales\n' +
        '00u2,SUSPENDED,2020-01-01T00:00:00.000Z,Bo,Kurt,bo@x.test,bo@x.test,Sales\n',
      'current-assignments.csv':
        'User,Login,Application name,Application instance,Application login,Assigned on,Unassigned on,Last login\n' +
        'Ana Meier,ana@x.test,Mail,Mail (main),ana,2024-01-01T00:00:00Z,,2025-05-01T00:00:00Z\n' +
        'Bo Kurt,bo@x.test,Mail,Mail (main),bo,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,\n',
    },
    people: { enabled: ['00u1'], disabled: ['00u2'] },
    grants: ['00u1 app/Mail (main)'],
  },
  'users and members of Entra as the portal downloads them': {
    map: 'entra-graph',
    files: {
      'exportUsers_2025-5-1.csv':
        'userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,usageLocation\n' +
        'ana@x.test,Ana Meier,Meier,ana@x.test,Ana,11,Member,Lead,Sales,True,DE\n' +
        'bo@x.test,Bo Kurt,Kurt,bo@x.test,Bo,12,Guest,Rep,Sales,False,DE\n',
      'Operators.csv':
        'id,userPrincipalName,displayName,objectType,userType,isUser,isGroup,isGuest\n' +
        '11,ana@x.test,Ana Meier,User,Member,True,False,False\n',
    },
    people: { enabled: ['11'], disabled: ['12'] },
    grants: ['11 Operators'],
  },
  'users of Entra by Get-MgUser, and who is in which group': {
    map: 'entra-graph',
    files: {
      'users.csv':
        '"AboutMe","AccountEnabled","City","Department","DisplayName","EmployeeId","EmployeeType","Id","JobTitle","Mail","Manager","MemberOf","UserPrincipalName","UserType"\n' +
        ',"True",,"Sales","Ana Meier","7",,"11","Lead","ana@x.test","Microsoft.Graph.PowerShell.Models.MicrosoftGraphDirectoryObject",,"ana@x.test","Member"\n',
    },
    people: { enabled: ['11'] },
    grants: [],
  },
  'members of groups of Entra by a loop over Get-MgGroupMember': {
    map: 'access-table',
    files: {
      'members.csv':
        '"GroupDisplayName","GroupId","DisplayName","UserPrincipalName","UserId"\n' +
        '"Operators","g1","Ana Meier","ana@x.test","11"\n"Operators","g1","Bo Kurt","bo@x.test","12"\n',
    },
    grants: ['11 Operators', '12 Operators'],
  },
  'a list of roles of users from the information system of SAP': {
    map: 'access-table',
    files: {
      'suim.csv':
        'User Name;Complete name;Role;Type;Start Date;End Date;Short Role Description\n' +
        'AM;Ana Meier;Z_CLERK;Single role;01.01.2024;31.12.9999;Clerk\n' +
        'BK;Bo Kurt;Z_CLERK;Single role;01.01.2024;31.01.2024;Clerk\n',
    },
    people: { enabled: ['AM', 'BK'] },
    grants: ['AM Z_CLERK'],
  },
  'tables of SAP beside AGR_USERS': {
    map: 'sap-agr-users',
    files: {
      'AGR_USERS.csv': 'MANDT;AGR_NAME;UNAME;FROM_DAT;TO_DAT\n100;Z_ALL;AM;20240101;99991231\n',
      'AGR_AGRS.csv': 'MANDT;AGR_NAME;CHILD_AGR;ATTRIBUTES\n100;Z_ALL;Z_CLERK;\n',
      'AGR_1251.csv':
        'MANDT;AGR_NAME;COUNTER;OBJECT;AUTH;VARIANT;FIELD;LOW;HIGH;MODIFIED;DELETED\n' +
        '100;Z_CLERK;1;S_TCODE;T-1;;TCD;VA01;;;\n100;Z_CLERK;2;S_TCODE;T-1;;TCD;VA02;VA05;;\n100;Z_CLERK;3;F_BKPF;T-2;;ACTVT;03;;;\n',
      'USR02.csv': 'MANDT;BNAME;USTYP;UFLAG;CLASS\n100;AM;A;0;SALES\n100;BATCH;B;64;SYS\n',
      'USER_ADDR.csv':
        'MANDT;BNAME;NAME_FIRST;NAME_LAST;NAME_TEXTC;DEPARTMENT;FUNCTION\n100;AM;Ana;Meier;Ana Meier;Sales;Lead\n',
    },
    people: { enabled: ['AM'], disabled: ['BATCH'] },
    grants: ['AM Z_ALL'],
    memberships: [
      'sap 100 Z_ALL -> sap 100 Z_CLERK',
      'sap 100 Z_CLERK -> sap 100 transaction VA01',
      'sap 100 Z_CLERK -> sap 100 transactions VA02 to VA05',
    ],
  },
  'assignments of Salesforce by name': {
    map: 'salesforce',
    files: {
      'assignments.csv':
        'Id,Assignee.Username,Assignee.Name,PermissionSet.Name,PermissionSet.Label\n0Pa1,ana@x.test,Ana Meier,Edit,Edit Accounts\n',
    },
    grants: ['ana@x.test Edit'],
  },
  'assignments of Salesforce as the sf command prints them': {
    map: 'salesforce',
    files: {
      'assignments.json': JSON.stringify({
        status: 0,
        result: {
          records: [
            { attributes: { type: 'PermissionSetAssignment' }, Id: '1', AssigneeId: '005A', PermissionSetId: '0PS1' },
          ],
          totalSize: 1,
          done: true,
        },
      }),
    },
    grants: ['005A 0PS1'],
  },
  'users and groups of Active Directory by csvde': {
    map: 'ad-users-csv',
    files: {
      'all.csv':
        'DN,objectClass,cn,description,memberOf,sAMAccountName,userAccountControl,mail,manager,member\n' +
        '"CN=Ana,OU=P,DC=x",user,Ana,,"CN=Sales,DC=x;CN=CRM,DC=x",ana,512,ana@x.test,,\n' +
        '"CN=Bo,OU=P,DC=x",user,Bo,,"CN=Sales,DC=x",bo,514,bo@x.test,"CN=Ana,OU=P,DC=x",\n' +
        '"CN=Sales,DC=x",group,Sales,Everybody in sales,"CN=CRM,DC=x",Sales,,,,"CN=Ana,OU=P,DC=x;CN=Bo,OU=P,DC=x"\n' +
        '"CN=CRM,DC=x",group,CRM,,,CRM,,,,"CN=Sales,DC=x"\n' +
        '"CN=PC1,DC=x",computer,PC1,,,PC1$,4096,,,\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=CRM,DC=x"', 'ana "CN=Sales,DC=x"', 'bo "CN=Sales,DC=x"'],
    memberships: ['ad CN=Sales,DC=x -> ad CN=CRM,DC=x'],
  },
  'members of groups of Active Directory by a loop over Get-ADGroupMember': {
    map: 'ad-users-csv',
    files: {
      'members.csv':
        '"GroupName","distinguishedName","name","objectClass","objectGUID","SamAccountName","SID"\n' +
        '"CRM","CN=Ana,DC=x","Ana","user","1","ana","S-1-5-1"\n"CRM","CN=Sales,DC=x","Sales","group","2","Sales","S-1-5-2"\n',
    },
    people: { enabled: ['ana'] },
    grants: ['ana CRM'],
    memberships: ['ad Sales -> ad CRM'],
  },
  'groups of users of Active Directory, joined by whatever a script joined them by': {
    map: 'ad-users-csv',
    files: {
      'users.csv':
        '"Name","SamAccountName","Enabled","MemberOf"\n' +
        '"Ana","ana","True","CN=Sales,DC=x|CN=CRM,DC=x"\n' +
        '"Bo","bo","True","CN=Sales,DC=x, CN=C# Developers,DC=x"\n' +
        '"Cy","cy","True","CN=A|B,OU=P,DC=x CN=CRM,OU=P,DC=x"\n' +
        '"Di","di","True","CN=C# Developers,DC=x"\n',
    },
    grants: [
      'ana "CN=CRM,DC=x"',
      'ana "CN=Sales,DC=x"',
      'bo "CN=C# Developers,DC=x"',
      'bo "CN=Sales,DC=x"',
      'cy "CN=A|B,OU=P,DC=x"',
      'cy "CN=CRM,OU=P,DC=x"',
      'di "CN=C# Developers,DC=x"',
    ],
  },
  'memberships with the numbers of both sides': {
    map: 'access-table',
    files: {
      'okta.csv': 'group_id,group_name,user_id,user_login,user_status\n00g1,Ops,00u1,ana@x.test,ACTIVE\n',
    },
    grants: ['ana@x.test Ops'],
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
  'lists within a table that PowerShell prints': {
    map: 'ad-users-csv',
    files: {
      'users.txt':
        '\nSamAccountName Enabled MemberOf\n-------------- ------- --------\n' +
        'ana            True    {CN=Sales,DC=x, CN=CRM,DC=x}\nbo             False   {}\n\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=CRM,DC=x"', 'ana "CN=Sales,DC=x"'],
  },
  'users of Active Directory whose state the bits of LDAP tell alone, and groups with a sign in their names': {
    map: 'ad-users-csv',
    files: {
      'users.csv':
        'sAMAccountName,memberOf,userAccountControl\nana,"C# Developers,Sales",512\nbo,C#,514\ncy,"C#, SQL",66048\ndi,a#b,\n',
    },
    people: { enabled: ['ana', 'cy', 'di'], disabled: ['bo'] },
    grants: ['ana C# Developers', 'ana Sales', 'bo C#', 'cy C#', 'cy SQL', 'di a', 'di b'],
  },
  'rules of sudo with aliases in aliases, people taken out, and names with blanks': {
    map: 'unix-accounts',
    files: {
      sudoers:
        'User_Alias OPS = ana, bo, cy\nUser_Alias ALLOPS = OPS, ALLOPS, di\nALLOPS, !cy ALL = (root : adm) ALL\n' +
        '%domain\\ admins, +net ALL = (ALL) ALL\n"ed fox" web1 = /bin/a : web2 = (bin) /bin/b x\\, y\n',
    },
    grants: [
      'ana sudo (root : adm) ALL',
      'bo sudo (root : adm) ALL',
      'di sudo (root : adm) ALL',
      'ed fox "sudo (bin) /bin/b x\\, y"',
      'ed fox sudo (root) /bin/a',
    ],
    memberships: ['unix group +net -> unix sudo (ALL) ALL', 'unix group domain admins -> unix sudo (ALL) ALL'],
  },
  'who is archived in Google Workspace': {
    map: 'google-workspace',
    files: {
      'users.csv': 'primaryEmail,name.fullName,suspended,archived\na@x.test,Ana,False,False\nb@x.test,Bo,False,True\n',
    },
    people: { enabled: ['a@x.test'], disabled: ['b@x.test'] },
    grants: [],
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
  'a table that PowerShell prints': {
    map: 'access-table',
    files: {
      'members.txt':
        '\nGroupName Name      SamAccountName\n--------- ----      --------------\nOps       Ana Meier ana\nOps       Bo Kurt   bo\n\n',
    },
    grants: ['ana Ops', 'bo Ops'],
  },
  'a printed table of MySQL': {
    map: 'database-grants',
    files: {
      'grants.txt':
        '+---------+--------------+\n| GRANTEE | GRANTED_ROLE |\n+---------+--------------+\n| ana     | reader       |\n+---------+--------------+\n',
    },
    grants: ['ana reader'],
  },
  'users with one role each': {
    map: 'access-document',
    files: { 'dashboards.json': JSON.stringify([{ userId: 1, login: 'ana', email: 'ana@x.test', role: 'Admin' }]) },
    grants: ['ana Admin'],
  },
  'users of Keycloak as its Admin API lists them': {
    map: 'keycloak-realm',
    files: {
      'users.json': JSON.stringify([
        { id: '1', username: 'ana', enabled: true, emailVerified: true, realmRoles: ['admin'], groups: ['/ops'] },
      ]),
    },
    grants: ['ana /ops', 'ana admin'],
  },
  'what AzureHound collects': {
    map: 'entra-graph',
    files: {
      'azurehound.json': JSON.stringify({
        data: [
          {
            kind: 'AZUser',
            data: { id: 'u1', displayName: 'Ana', userPrincipalName: 'a@x.test', accountEnabled: false },
          },
          { kind: 'AZServicePrincipal', data: { id: 'sp1', displayName: 'app' } },
          { kind: 'AZGroup', data: { id: 'g1', displayName: 'Ops' } },
          { kind: 'AZGroup', data: { id: 'g2', displayName: 'All' } },
          { kind: 'AZGroupMember', data: { groupId: 'g1', members: [{ groupId: 'g1', member: { id: 'u1' } }] } },
          { kind: 'AZGroupMember', data: { groupId: 'g2', members: [{ groupId: 'g2', member: { id: 'g1' } }] } },
          { kind: 'AZRole', data: { id: 'r1', displayName: 'Global Administrator' } },
          { kind: 'AZRoleAssignment', data: { roleDefinitionId: 'r1', roleAssignments: [{ principalId: 'sp1' }] } },
          { kind: 'AZDevice', data: { id: 'd1' } },
        ],
        meta: { type: 'azure', version: 5, count: 9 },
      }),
    },
    people: { enabled: ['sp1'], disabled: ['u1'] },
    grants: ['sp1 r1', 'u1 g1'],
    memberships: ['entra g1 -> entra g2'],
  },
  'the database of ROADrecon': {
    map: 'entra-graph',
    files: {
      'roadrecon.db': databaseBytes(
        'create table Users (objectId text, userPrincipalName text, displayName text, accountEnabled integer)',
        'create table Groups (objectId text, displayName text)',
        'create table lnk_group_member_user ("Group" text, User text)',
        'create table lnk_group_member_group ("Group" text, childGroup text)',
        "insert into Users values ('u1', 'a@x.test', 'Ana', 1), ('u2', 'b@x.test', 'Bo', 0)",
        "insert into Groups values ('g1', 'Ops'), ('g2', 'All')",
        "insert into lnk_group_member_user values ('g1', 'u1')",
        "insert into lnk_group_member_group values ('g2', 'g1')",
      ),
    },
    people: { enabled: ['u1'], disabled: ['u2'] },
    grants: ['u1 g1'],
    memberships: ['entra g1 -> entra g2'],
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
  'memberships as the first collectors of BloodHound wrote them': {
    map: 'bloodhound',
    files: {
      'group_membership.csv':
        'GroupName,AccountName,AccountType\nOPS@X.TEST,ANA@X.TEST,user\nALL@X.TEST,OPS@X.TEST,group\nALL@X.TEST,PC.X.TEST,computer\n',
    },
    people: { enabled: ['ANA@X.TEST'] },
    grants: ['ANA@X.TEST OPS@X.TEST'],
    memberships: ['ad OPS@X.TEST -> ad ALL@X.TEST'],
  },
  'members of a team of GitHub as the REST API lists them': {
    map: 'github-organisation',
    files: {
      'operators.json': JSON.stringify([
        { login: 'ana', id: 1, node_id: 'U_1', avatar_url: '', type: 'User', site_admin: false },
        { login: 'bo', id: 2, node_id: 'U_2', avatar_url: '', type: 'User', site_admin: false },
      ]),
      'shop.json': JSON.stringify([
        { login: 'ana', id: 1, node_id: 'U_1', site_admin: false, permissions: { admin: true }, role_name: 'admin' },
      ]),
    },
    grants: ['ana operators', 'ana shop:admin', 'bo operators'],
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
  'groups alone of a Unix system': {
    map: 'unix-accounts',
    files: { group: 'root:x:0:\nwheel:x:10:ana,bo\ndocker:x:998:ana\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana group docker', 'ana group wheel', 'bo group wheel'],
  },
  'members of groups of ServiceNow as a list': {
    map: 'servicenow',
    files: {
      'sys_user_grmember.csv':
        '"user","group","sys_id","sys_created_on"\n"Ana Meier","Operators","m1","2024-01-01 00:00:00"\n"Bo Kurt","Operators","m2","2024-01-01 00:00:00"\n',
    },
    grants: ['Ana Meier Operators', 'Bo Kurt Operators'],
  },
  'users of Google Workspace by GAM': {
    map: 'google-workspace',
    files: {
      'users.csv':
        'primaryEmail,name.givenName,name.familyName,name.fullName,suspended,orgUnitPath,isAdmin\nana@x.test,Ana,Meier,Ana Meier,False,/Sales,False\n',
      'admins.csv':
        'roleAssignmentId,roleId,role,assignedTo,assignedToUser,scopeType,orgUnitId\n1,2,_SEED_ADMIN_ROLE,3,ana@x.test,CUSTOMER,\n',
    },
    people: { enabled: ['ana@x.test'] },
    grants: ['ana@x.test administrator: _SEED_ADMIN_ROLE'],
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
  'users of Active Directory by Export-Clixml': {
    map: 'ad-users-csv',
    files: {
      'users.xml':
        '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">' +
        '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS>' +
        '<S N="SamAccountName">ana</S><B N="Enabled">true</B><S N="Name">Ana Ruiz</S>' +
        '<Obj N="MemberOf" RefId="1"><TN RefId="1"><T>List</T></TN><LST><S>CN=Ops,DC=x</S><S>CN=Dev,DC=x</S></LST></Obj></MS></Obj>' +
        '<Obj RefId="2"><TNRef RefId="0" /><MS><S N="SamAccountName">bo</S><B N="Enabled">false</B><S N="Name">Bo Kern</S>' +
        '<Obj N="MemberOf" RefId="3"><TNRef RefId="1" /><LST><S>CN=Ops,DC=x</S></LST></Obj></MS></Obj></Objs>',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana "CN=Dev,DC=x"', 'ana "CN=Ops,DC=x"', 'bo "CN=Ops,DC=x"'],
  },
  'users with the ids of roles in one document': {
    map: 'joined-tables',
    files: {
      'shop.json': JSON.stringify({
        users: [
          { id: 1, username: 'ana', roleIds: [10, 20] },
          { id: 2, username: 'bo', roleIds: [20] },
        ],
        roles: [
          { id: 10, name: 'editor' },
          { id: 20, name: 'viewer' },
        ],
      }),
    },
    grants: ['ana role editor', 'ana role viewer', 'bo role viewer'],
  },
  'users with the ids of groups, known by mail addresses': {
    map: 'joined-tables',
    files: {
      'shop.json': JSON.stringify({
        groups: [{ id: 'g1', name: 'Staff' }],
        users: [{ id: 'u1', name: 'Ana Ruiz', email: 'a@x.test', groupIds: ['g1'] }],
      }),
    },
    grants: ['a@x.test group Staff'],
  },
  'a list of applications whose users have roles': {
    map: 'nested-document',
    files: {
      'all.json': JSON.stringify([
        { name: 'crm', users: [{ username: 'ana', role: 'admin' }] },
        { name: 'erp', users: [{ username: 'ana', roles: ['clerk'] }] },
      ]),
    },
    grants: ['ana admin', 'ana clerk'],
  },
  'a list of groups with their users stays one of groups': {
    map: 'access-document',
    files: { 'all.json': JSON.stringify([{ name: 'Admins', users: ['ana', 'bo'] }]) },
    grants: ['ana Admins', 'bo Admins'],
  },
  'a list of Kubernetes between other objects': {
    map: 'kubernetes-rbac',
    files: {
      'rbac.yaml':
        'apiVersion: v1\nkind: RoleBinding\nmetadata: {name: dev, namespace: shop}\nsubjects: [{kind: User, name: ana}]\nroleRef: {kind: Role, name: edit}\n' +
        '---\napiVersion: v1\nkind: List\nitems:\n- kind: ClusterRoleBinding\n  metadata: {name: ops}\n  subjects: [{kind: User, name: bo}]\n  roleRef: {kind: ClusterRole, name: admin}\n',
    },
    grants: ['ana shop/Role/edit', 'bo cluster/ClusterRole/admin'],
  },
  'a state that terraform show has written': {
    map: 'terraform-state',
    files: {
      'state.json': JSON.stringify({
        format_version: '1.0',
        terraform_version: '1.9.5',
        values: {
          root_module: {
            resources: [
              { mode: 'managed', type: 'aws_iam_group', name: 'dev', values: { name: 'dev', path: '/' } },
              { mode: 'data', type: 'aws_iam_user', name: 'read', values: { name: 'reader' } },
            ],
            child_modules: [
              {
                address: 'module.people',
                resources: [
                  { mode: 'managed', type: 'aws_iam_user', name: 'ana', values: { name: 'ana', path: '/' } },
                  {
                    ...{ mode: 'managed', type: 'aws_iam_user_group_membership', name: 'ana' },
                    values: { user: 'ana', groups: ['dev'] },
                  },
                ],
              },
            ],
          },
        },
      }),
    },
    people: { enabled: ['ana'] },
    grants: ['ana group dev'],
  },
  'permissions that GitLab exports': {
    map: 'gitlab-members',
    files: {
      'permissions.csv':
        'Username,Email,Type,Path,Access Level,Inherited memberships\nana,a@x.test,Group,acme,Owner,acme/app\nbo,b@x.test,Project,acme/app,Developer,\n',
      'members.csv':
        'Name,Username,Email,Path,Group or project name,Type,Role,Role type,Membership type,Membership source,Access granted,Access expiration\n' +
        'Cy Lund,cy,c@x.test,acme,Acme,Group,Reporter,default,direct,acme,2024-12-05T03:32:11Z,\n',
    },
    grants: ['ana acme:Owner', 'bo acme/app:Developer', 'cy acme:Reporter'],
  },
  'assets that gcloud exports with their policies': {
    map: 'google-cloud-iam',
    files: {
      'assets.ndjson': [
        {
          name: '//storage.googleapis.com/b1',
          role: 'roles/storage.admin',
          members: ['user:a@x.test', 'group:ops@x.test'],
        },
        { name: '//storage.googleapis.com/b2', role: 'roles/viewer', members: ['user:b@x.test'] },
      ]
        .map(({ name, ...binding }) =>
          JSON.stringify({ name, asset_type: 'storage.googleapis.com/Bucket', iam_policy: { bindings: [binding] } }),
        )
        .join('\n'),
    },
    grants: [
      'a@x.test //storage.googleapis.com/b1 roles/storage.admin',
      'b@x.test //storage.googleapis.com/b2 roles/viewer',
    ],
    memberships: ['google cloud group:ops@x.test -> google cloud //storage.googleapis.com/b1 roles/storage.admin'],
  },
  'users of Salesforce with the names of their profiles': {
    map: 'salesforce',
    files: {
      'users.csv':
        'Id,Name,Username,Email,IsActive,Profile.Name\n0051,Ana Ruiz,a@x.test,a@x.test,true,Standard User\n0052,Bo Kern,b@x.test,b@x.test,false,Standard User\n',
    },
    people: { enabled: ['0051'], disabled: ['0052'] },
    grants: ['0051 Standard User', '0052 Standard User'],
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
  'a report of security groups below its titles': {
    map: 'access-table',
    files: {
      'report.csv':
        'Security Group Members,,,,\nRun by: Admin,,,,\n\nEmployee ID,Worker,Business Title,Supervisory Organization,Security Group\n' +
        '1001,Ana Ruiz,Clerk,Finance,Payroll Partner\n1001,Ana Ruiz,Clerk,Finance,Expense Admin\n1002,Bo Kern,Head,Finance,Manager\n',
    },
    people: { enabled: ['1001', '1002'] },
    grants: ['1001 Expense Admin', '1001 Payroll Partner', '1002 Manager'],
  },
  'headers with dots, stars and brackets': {
    map: 'access-table',
    files: { 'rights.csv': 'User ID*,E-Mail:,Dept.,Role(s)\nana,a@x.test,Sales,admin\nbo,b@x.test,Sales,viewer\n' },
    grants: ['ana admin', 'bo viewer'],
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
  'rights by the names of users and applications': {
    map: 'pairs',
    files: {
      'user-access.json': JSON.stringify({
        ana: { crm: ['read', 'write'], 'erp.eu': ['clerk'] },
        bo: { crm: ['read'] },
      }),
    },
    grants: ['ana clerk', 'ana read', 'ana write', 'bo read'],
  },
  'rights by the names of applications and mail addresses': {
    map: 'pairs',
    files: { 'grants.yaml': 'crm:\n  a@x.test: [read]\nerp:\n  a@x.test: [clerk]\n  b@x.test: [clerk]\n' },
    people: { enabled: ['a@x.test', 'b@x.test'] },
    grants: ['a@x.test clerk', 'a@x.test read', 'b@x.test clerk'],
  },
  'the list of users that the console of AWS downloads': {
    map: 'aws-credential-report',
    files: {
      'users.csv':
        'User name,Path,Groups,Last activity,MFA,ARN,Creation time\nana,/,"Admins, Dev",today,Virtual,arn:aws:iam::111122223333:user/ana,2 years ago\n' +
        'bo,/,,,None,arn:aws:iam::111122223333:user/bo,2 years ago\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Admins', 'ana Dev'],
  },
  'users of a configuration whose groups are one text': {
    map: 'access-document',
    files: {
      'cloud.yaml':
        '#cloud-config\nusers:\n  - name: ana\n    groups: sudo, docker\n  - name: bo\n    groups: [docker]\n',
    },
    grants: ['ana docker', 'ana sudo', 'bo docker'],
  },
  'users of a document who are disabled by a flag': {
    map: 'access-document',
    files: {
      'members.json': JSON.stringify([
        { login: 'ana', role: 'Admin', isDisabled: false },
        { login: 'bo', role: 'Viewer', isDisabled: true },
      ]),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana Admin', 'bo Viewer'],
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
  'permissions on spaces of a wiki': {
    map: 'pairs',
    files: { 'spaces.csv': 'Space,User,Permission\nHR,ana,VIEW\nIT,ana,VIEW\n' },
    grants: ['ana VIEW'],
  },
  'roles that begin and end, with the names of months': {
    map: 'access-table',
    files: {
      'responsibilities.csv':
        'USER_NAME,DESCRIPTION,RESPONSIBILITY_NAME,APPLICATION_NAME,START_DATE,END_DATE\nANA,Ana,Payables Manager,Payables,01-JAN-2020,\n' +
        'BO,Bo,Ledger User,GL,01-JAN-2020,31-Dec-2999\n',
      'roles.csv': 'User;Application;Role;Start;End\ncy;CRM;admin;01.01.2024;\n',
    },
    grants: ['ANA Payables Manager', 'BO Ledger User', 'cy admin'],
  },
  'users of PeopleSoft with their roles': {
    map: 'access-table',
    files: {
      'roles.csv': 'OPRID,OPRDEFNDESC,EMPLID,ACCTLOCK,ROLENAME\nANA,Ana Ruiz,1,0,HR Admin\nBO,Bo Kern,2,1,Employee\n',
    },
    people: { enabled: ['ANA'], disabled: ['BO'] },
    grants: ['ANA HR Admin', 'BO Employee'],
  },
  'names, mail addresses and roles, some inactive': {
    map: 'access-table',
    files: {
      'users.csv':
        'Name,Email,Role,Give Access,Inactive\nAna Ruiz,a@x.test,Administrator,Yes,No\nBo Kern,b@x.test,A/P Clerk,Yes,Yes\n',
    },
    people: { enabled: ['a@x.test'], disabled: ['b@x.test'] },
    grants: ['a@x.test Administrator', 'b@x.test A/P Clerk'],
  },
  'users below the answer of an API with the names of their roles': {
    map: 'access-table',
    files: {
      'users.json': JSON.stringify({
        totalCount: 2,
        items: [
          { id: 1, userName: 'ana', emailAddress: 'a@x.test', roleNames: ['Admin', 'User'], isActive: true },
          { id: 2, userName: 'bo', emailAddress: 'b@x.test', roleNames: ['User'], isActive: false },
        ],
      }),
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana Admin', 'ana User', 'bo User'],
  },
  'members of groups of Entra with the names of both': {
    map: 'access-table',
    files: {
      'members.csv':
        'GroupId,GroupDisplayName,UserPrincipalName,DisplayName,UserType,AccountEnabled\ng1,Devs,a@x.test,Ana Ruiz,Member,True\ng1,Devs,b@x.test,Bo Kern,Guest,False\n',
    },
    people: { enabled: ['a@x.test'], disabled: ['b@x.test'] },
    grants: ['a@x.test Devs', 'b@x.test Devs'],
  },
  'a column for each of several roles': {
    map: 'access-table',
    files: { 'roles.csv': 'User ID,Name,Role 1,Role 2,Role 3\nana,Ana Ruiz,Clerk,Admin,\nbo,Bo Kern,Clerk,,Audit\n' },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Admin', 'ana Clerk', 'bo Audit', 'bo Clerk'],
  },
  'groups with numbers, without a name of the user': {
    map: 'access-table',
    files: { 'groups.csv': 'login,group1,group2\nana,dev,ops\nbo,dev,\n' },
    grants: ['ana dev', 'ana ops', 'bo dev'],
  },
  'rights on files as getfacl prints them': {
    map: 'unix-accounts',
    files: {
      'rights.txt':
        '# file: srv/data\n# owner: root\n# group: dev\nuser::rwx\nuser:ana:rwx\t\t#effective:r-x\nuser:bo:---\ngroup::r-x\n' +
        'group:ops:rw-\t\t#effective:r--\nmask::r-x\nother::r--\ndefault:user:cy:rwx\n\n# file: srv/log\n# owner: ana\n# group: ana\nuser::rw-\ngroup::---\nother::---\n\n',
    },
    grants: ['ana r-x on srv/data', 'ana rw- on srv/log', 'root rwx on srv/data'],
    memberships: ['unix group dev -> unix r-x on srv/data', 'unix group ops -> unix r-- on srv/data'],
  },
  'a table of Markdown below its title': {
    map: 'access-table',
    files: {
      'access.md':
        '# Access\n\n| User | Role | Email |\n|:-----|:----:|------:|\n| ana | admin | a@x.test |\n| bo | clerk | b@x.test |\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admin', 'bo clerk'],
  },
  'levels in applications by employees with mail addresses': {
    map: 'access-table',
    files: { 'review.csv': 'Employee,Email,CRM,Wiki\nAna Ruiz,a@x.test,Admin,Read\nBo Kern,b@x.test,,Write\n' },
    grants: ['a@x.test CRM: Admin', 'a@x.test Wiki: Read', 'b@x.test Wiki: Write'],
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
}

test('users below the answer of an API hold the groups that are objects in their records, by their names', async () => {
  const user = (name: string, status: string, groups: readonly string[]) => ({
    ...{ user_id: `U-${name}`, username: name, email: `${name}@x.test`, status },
    groups: groups.map((group) => ({ group_id: `G-${group}`, name: group, desc: '' })),
  })
  const response = [user('ana', 'active', ['Staff', 'VPN']), user('bo', 'disabled', [])]
  const { people, grants } = await load([bytesFile('users.json', JSON.stringify({ stat: 'OK', response }))])
  expect(people).toEqual({ enabled: ['ana'], disabled: ['bo'] })
  expect(grants.map(shortGrant)).toEqual(['ana Staff', 'ana VPN'])
})

test.each([
  ['Identifiant;Nom;Prénom;Service;Profil;Application;Statut', 'Actif', 'Inactif'],
  ['Usuario;Nombre;Correo electrónico;Departamento;Perfil;Sistema;Estado', 'Activo', 'Inactivo'],
  ['Usuário;Nome;Cargo;Departamento;Perfil;Sistema;Situação', 'Ativo', 'Inativo'],
  ['Utente;Nome;Cognome;Reparto;Ruolo;Applicazione;Stato', 'Attivo', 'Inattivo'],
])('who is inactive is a disabled account, under %s', async (header, active, inactive) => {
  const row = (name: string, status: string) => `${name};x;x;Finance;Clerk;SAP;${status}`
  const text = `${header}\n${row('ana', active)}\n${row('bo', inactive)}\n`
  const { people, faults } = await load([bytesFile('users.csv', text)])
  expect([people, faults]).toEqual([{ enabled: ['ana'], disabled: ['bo'] }, []])
})

test('access whose end has come is not held, and words for no end are none', async () => {
  const text =
    'Benutzer;Name;Abteilung;Berechtigung;Gültig bis\nana;Ana;IT;VPN;31.12.2099\nbo;Bo;IT;VPN;31.12.2020\ncy;Cy;IT;VPN;unbefristet\n'
  const { grants, leftOut, faults } = await load([bytesFile('vpn.csv', text)])
  expect(grants.map(shortGrant)).toEqual(['ana VPN', 'cy VPN'])
  expect([leftOut, faults]).toEqual([{ 'it has ended': 1 }, []])
})

test('access that was revoked or denied is not held', async () => {
  const revoked = 'username,role,email,revoked_at\nana,admin,a@x.test,\nbo,admin,b@x.test,2024-01-01\n'
  const denied = 'user,permission,effect\nana,read,allow\nbo,read,Deny\n'
  for (const [text, reason] of [
    [revoked, 'it has ended'],
    [denied, 'effect is Deny'],
  ] as const) {
    const { grants, leftOut, faults } = await load([bytesFile('rights.csv', text)])
    expect([grants.map(shortGrant).length, leftOut, faults]).toEqual([1, { [reason]: 1 }, []])
  }
})

test.each([
  ['user,permission,access\nana,read,allow\nbo,read,deny\n', 'access is deny'],
  ['user,permission,granted\nana,read,true\nbo,read,false\n', 'granted is false'],
  ['user,permission,Allowed\nana,read,yes\nbo,read,No\n', 'Allowed is No'],
  ['user,permission,Eligible\nana,read,no\nbo,read,yes\n', 'Eligible is yes'],
  ['user,permission,Status\nana,read,Active\nbo,read,Eligible\n', 'Status is Eligible'],
  ['user,permission,Assignment Type\nana,read,Active\nbo,read,Eligible\n', 'Assignment Type is Eligible'],
  ['user,role,granted\nana,read,2024-01-01\nbo,read,false\n', 'granted is false'],
  ['username,email,role,granted\nana,a@x.test,read,true\nbo,b@x.test,read,false\n', 'granted is false'],
  ['username,email,role,Eligible\nana,a@x.test,read,\nbo,b@x.test,read,X\n', 'Eligible is X'],
  ['username,email,role,effect\nana,a@x.test,read,Allow\nbo,b@x.test,read,Deny\n', 'effect is Deny'],
])('access is not held that a column denies or only offers: %s', async (text, reason) => {
  const { grants, leftOut, faults } = await load([bytesFile('rights.csv', text)])
  expect([grants.map(shortGrant), leftOut, faults]).toEqual([['ana read'], { [reason]: 1 }, []])
})

test('who has left is disabled, under the header of a German HR system', async () => {
  const text =
    'Personalnummer;Name;Abteilung;Funktion;Beschäftigungsstatus\n1;Ana;IT;Dev;aktiv\n2;Bo;IT;Dev;ausgeschieden\n'
  const { people } = await load([bytesFile('personal.csv', text)])
  expect(people).toEqual({ enabled: ['1'], disabled: ['2'] })
})

test.each([
  ['deleted_at', '2024-01-01', 'deleted'],
  ['deletedAt', '2024-01-01T00:00:00Z', 'deleted'],
  ['deleted', true, 'deleted'],
  ['state', 'absent', 'deleted'],
  ['state', 'deactivated', 'disabled'],
  ['deactivated_at', '2024-01-01', 'disabled'],
])('who has %s: %s in a document is %s', async (name, value, status) => {
  const users = [
    { username: 'ana', roles: ['admin'], [name]: typeof value === 'boolean' ? false : null },
    { username: 'bo', roles: ['admin'], [name]: value },
    { username: 'cy', roles: ['admin'] },
  ]
  const keyed = Object.fromEntries(users.map(({ username, ...user }) => [username, user]))
  const applications = [{ name: 'crm', users }]
  for (const document of [{ users }, { users: keyed }, { applications }]) {
    const { people, faults } = await load([bytesFile('export.json', JSON.stringify(document))])
    expect([people, faults]).toEqual([{ enabled: ['ana', 'cy'], [status]: ['bo'] }, []])
  }
})

test('who was deleted in a document is so whatever the status, and a status says more than a day of suspension', async () => {
  const users = [
    { username: 'ana', roles: ['admin'], status: 'active', deleted_at: '2024-01-01' },
    { username: 'bo', roles: ['admin'], status: 'active', suspended_at: '2024-01-01' },
  ]
  const { people } = await load([bytesFile('export.json', JSON.stringify({ users }))])
  expect(people).toEqual({ deleted: ['ana'], enabled: ['bo'] })
})

test('a user of an application who was deleted there is disabled', async () => {
  const { people } = await load([
    bytesFile('users.csv', 'id,username,deleted_at\n1,ana,\n2,bo,2024-01-01 10:00:00\n'),
    bytesFile('roles.csv', 'id,name\n1,admin\n'),
    bytesFile('user_roles.csv', 'user_id,role_id\n1,1\n2,1\n'),
  ])
  expect(people).toEqual({ enabled: ['ana'], disabled: ['bo'] })
})

test('an account that is suspended, blocked or deactivated is a disabled one', async () => {
  for (const flag of ['suspended', 'is_blocked', 'Account Suspended', 'deactivated', 'Block credential']) {
    const header = `username,email,firstname,lastname,department,jobTitle,${flag}`
    const rows = 'ana,a@x.test,Ana,Ruiz,Finance,Clerk,false\nbo,b@x.test,Bo,Kern,Finance,Head,true'
    const { people } = await load([bytesFile('users.csv', `${header}\n${rows}\n`)])
    expect([flag, people]).toEqual([flag, { enabled: ['ana'], disabled: ['bo'] }])
  }
})

test('one of several flags is enough to disable an account of a document', async () => {
  const people = { enabled: ['ana'], disabled: ['bo', 'cy'] }
  const of = (more: object) => [
    { login: 'ana', disabled: false, suspended: false, ...more },
    { login: 'bo', disabled: false, suspended: true, ...more },
    { login: 'cy', disabled: 0, suspended: 1, ...more },
  ]
  const users = of({ roles: ['viewer'] })
  const byName = Object.fromEntries(users.map(({ login, ...rest }) => [login, rest]))
  for (const [name, document] of [
    ['members.json', users],
    ['access.json', { applications: [{ name: 'crm', users }] }],
    ['staff.json', { users: byName }],
    ['users.json', byName],
  ] as const) {
    const loaded = await load([bytesFile(name, JSON.stringify(document))])
    expect([name, loaded.people, loaded.faults]).toEqual([name, people, []])
  }
})

test('a column that was read before decides where a file has several of its kind', async () => {
  const rights = await load([
    bytesFile('rights.csv', 'user,permission,effect,status\nana,read,allow,active\nbo,read,allow,revoked\n'),
  ])
  expect([rights.grants.map(shortGrant), rights.leftOut]).toEqual([['ana read'], { 'status is revoked': 1 }])
  const header = 'username,email,firstname,lastname,department,jobTitle,suspended,disabled'
  const users = await load([
    bytesFile(
      'users.csv',
      `${header}\nana,a@x.test,Ana,Ruiz,IT,Dev,false,false\nbo,b@x.test,Bo,Kern,IT,Dev,false,true\n`,
    ),
  ])
  expect([users.people, users.grants]).toEqual([{ enabled: ['ana'], disabled: ['bo'] }, []])
})

test.each(Object.entries(cases))('%s', async (_, { files, map, grants, memberships = [], people, mayHaveOthers }) => {
  const loaded = await load(Object.entries(files).map(([name, text]) => bytesFile(name, text)))
  expect(loaded).toMatchObject({ faults: [], orphans: [], others: [], memberships })
  if (mayHaveOthers !== true) expect(loaded.unmapped).toEqual([])
  expect(Object.keys(loaded.sources)).toEqual([map])
  expect([...new Set(loaded.grants.map(shortGrant))].sort()).toEqual(grants)
  if (people !== undefined) expect(loaded.people).toEqual(people)
})

test('a version and a title beside lists of people are no people, and are reported', async () => {
  const document = { version: '3', title: 'Roles of the shop', admin: ['ana'], dev: ['ana', 'bo'] }
  const loaded = await load([bytesFile('roles.json', JSON.stringify(document))])
  expect(loaded).toMatchObject({ people: { enabled: ['ana', 'bo'] }, faults: [] })
  expect(loaded.entitlements).toEqual(['roles admin', 'roles dev'])
  expect(loaded.leftOut).toEqual({ 'a single value stands where others have a list': 2 })
})

test('a single value under a name that a map says is a person as one in a list is', async () => {
  const loaded = await load([bytesFile('OWNERS_ALIASES', 'aliases:\n  ops: cy\n  dev:\n  - ana\n  - bo\n')])
  expect([loaded.people, loaded.leftOut]).toEqual([{ enabled: ['ana', 'bo', 'cy'] }, {}])
})

test('computers of BloodHound are no people', async () => {
  const of = (properties: object, more: object) => ({
    ...{ PrimaryGroupSID: 'S-1-513', AllowedToDelegate: [], Properties: { enabled: true, ...properties } },
    ...more,
  })
  const users = { data: [of({ name: 'ANA@X.TEST' }, { ObjectIdentifier: 'S-1-1' })], meta: { type: 'users' } }
  const computers = {
    data: [of({ name: 'PC.X.TEST' }, { ObjectIdentifier: 'S-1-2', Sessions: { Results: [] }, LocalGroups: [] })],
    meta: { type: 'computers' },
  }
  const files = Object.entries({ users, computers }).map(([name, json]) =>
    bytesFile(`${name}.json`, JSON.stringify(json)),
  )
  const { people, unmapped } = await load(files)
  expect([people, unmapped]).toEqual([{ enabled: ['ANA@X.TEST'] }, ['computers.json']])
})

test.each([
  [
    'a second list of sqlplus',
    'GRANTEE GRANTED_ROLE\n------- ------------\nANA     CLERK\n\nGRANTEE PRIVILEGE    ADM\n------- ------------ ---\nBO      CREATE TABLE NO\n',
    'grants.lst:6: another list begins here',
  ],
  [
    'rows of sqlplus that were wrapped',
    'GRANTEE GRANTED_ROLE\n------- ------------\nADM\n---\nANA     CLERK\nNO\n',
    'grants.lst:4: another list begins here',
  ],
  [
    'a second table of psql with as many columns',
    ' grantee | granted_role\n---------+--------------\n ana     | clerk\n(1 row)\n\n grantor | member\n---------+--------\n bo      | cy\n(1 row)\n',
    'grants.lst:7: another list begins here',
  ],
  [
    'a second table of MySQL with as many columns',
    '+---------+--------------+\n| GRANTEE | GRANTED_ROLE |\n+---------+--------------+\n| ana     | clerk        |\n+---------+--------------+\n' +
      '+-------+--------+\n| OWNER | TABLE  |\n+-------+--------+\n| bo    | orders |\n+-------+--------+\n',
    'grants.lst:7: another list begins here',
  ],
  [
    'a list that PowerShell has cut off within braces',
    'SamAccountName MemberOf\n-------------- --------\nana            {CN=A,DC=x, CN=B,DC=x...}\n',
    'grants.lst:3: the list has cut a value off',
  ],
  ['a dump that ends within a statement', 'GRANT a TO ana;\nGRANT b TO an', 'grants.lst:2: the statement has no end'],
  [
    'a comment without an end',
    'GRANT a TO ana;\n/* until here\nGRANT b TO ana;\nGRANT c TO ana;\n',
    'grants.lst:2: what begins here never ends with */',
  ],
  ['a quote without an end', "GRANT a TO ana;\nGRANT b TO o'brien;\n", 'grants.lst:2: the statement'],
  [
    'names in bytes by csvde',
    "SamAccountName,MemberOf\nana,X'434e3dc3bc'\n",
    'grants.lst:2 id: "X\'434e3dc3bc\'" is written in bytes',
  ],
])('%s is a fault and not other access', async (_, text, fault) => {
  const { faults } = await load([bytesFile('grants.lst', text)])
  expect(faults[0]).toContain(fault)
})

test('files of one name in folders are a fault where the name says of which group they are', async () => {
  const members = JSON.stringify([{ id: 1, username: 'ana', state: 'active', access_level: 30 }])
  const { faults } = await load(['dev/members.json', 'ops/members.json'].map((name) => bytesFile(name, members)))
  expect(faults).toEqual([expect.stringMatching(/^ops\/members\.json: is called as dev\/members\.json is/)])
})

test('a second table of Markdown is a fault and no rows of the first', async () => {
  const text =
    '# Roles\n| User | Role | Email |\n|---|---|---|\n| ana | admin | a@x.test |\n\n# Phones\n| Name | Phone | Floor |\n|---|---|---|\n| bo | 7 | 2 |\n'
  const { faults, isFatal } = await load([bytesFile('access.md', text)])
  expect([faults[0], isFatal]).toEqual([expect.stringContaining('access.md:7: another list begins here'), true])
})

test('a value that a printed list has cut off is a fault and not another value', async () => {
  const text = 'GroupName     SamAccountName\n------------- --------------\nOperators ... ana\n'
  const { faults, grants } = await load([bytesFile('members.txt', text)])
  expect(grants).toEqual([])
  expect(faults[0]).toBe('members.txt:3: the list has cut a value off ("..."); export it as CSV')
})
