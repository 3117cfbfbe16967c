import { testExports } from './testing-exports.ts'

// Exports of applications and of lists that people make in their real form, with our own data.

testExports({
  'lists of people under the names of roles': {
    map: 'access-document',
    files: { 'roles.json': JSON.stringify({ admin: ['ana'], dev: ['ana', 'bo'] }) },
    grants: ['ana admin', 'ana dev', 'bo dev'],
  },
  'lists of roles under the mail addresses of people': {
    map: 'pairs',
    files: { 'roles.json': JSON.stringify({ 'ana@x.test': ['admin', 'dev'], 'bo@x.test': ['dev'] }) },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test admin', 'ana@x.test dev', 'bo@x.test dev'],
  },
  'lists of roles under users, as the name of the file says': {
    map: 'pairs',
    files: {
      'user-roles.json': JSON.stringify({ ana: ['admin', 'dev'], bo: ['dev'] }),
      'groups_by_user.yaml': 'ana: [ops]\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admin', 'ana dev', 'ana ops', 'bo dev'],
  },
  'user groups with lists of people': {
    map: 'access-document',
    files: { 'user-groups.json': JSON.stringify({ admins: ['ana'], dev: ['bo'] }) },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana admins', 'bo dev'],
  },
  'users of ServiceNow with their roles in a column': {
    map: 'servicenow',
    files: { 'sys_user.csv': 'sys_id,user_name,active,roles\n1,ana,true,"itil,admin"\n2,bo,false,itil\n' },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana admin', 'ana itil', 'bo itil'],
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
  'people without a login, whose mail address names them': {
    map: 'access-table',
    files: {
      'members.csv':
        'First name,Last name,Email,Role,Status,Groups\nAna,Meier,ana@x.test,Team admin,Active,"Sales, Ops"\nBo,Kurt,bo@x.test,Member,Suspended,Sales\n',
    },
    people: { enabled: ['ana@x.test'], disabled: ['bo@x.test'] },
    grants: ['ana@x.test Ops', 'ana@x.test Sales', 'ana@x.test Team admin', 'bo@x.test Member', 'bo@x.test Sales'],
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
  'profiles of users of SAP': {
    map: 'sap-agr-users',
    files: { 'UST04.csv': 'MANDT;BNAME;PROFILE\n100;AM;SAP_ALL\n' },
    grants: ['AM profile SAP_ALL'],
  },
  'members of groups of ServiceNow as XML': {
    map: 'servicenow',
    files: {
      'members.xml':
        '<unload><sys_user_grmember action="x"><group display_value="Operators">g1</group><user display_value="Ana">u1</user></sys_user_grmember></unload>',
    },
    grants: ['u1 g1'],
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
  'users with one role each': {
    map: 'access-document',
    files: { 'dashboards.json': JSON.stringify([{ userId: 1, login: 'ana', email: 'ana@x.test', role: 'Admin' }]) },
    grants: ['ana Admin'],
  },
  'members of groups of ServiceNow as a list': {
    map: 'servicenow',
    files: {
      'sys_user_grmember.csv':
        '"user","group","sys_id","sys_created_on"\n"Ana Meier","Operators","m1","2024-01-01 00:00:00"\n"Bo Kurt","Operators","m2","2024-01-01 00:00:00"\n',
    },
    grants: ['Ana Meier Operators', 'Bo Kurt Operators'],
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
  'users of Salesforce with the names of their profiles': {
    map: 'salesforce',
    files: {
      'users.csv':
        'Id,Name,Username,Email,IsActive,Profile.Name\n0051,Ana Ruiz,a@x.test,a@x.test,true,Standard User\n0052,Bo Kern,b@x.test,b@x.test,false,Standard User\n',
    },
    people: { enabled: ['0051'], disabled: ['0052'] },
    grants: ['0051 Standard User', '0052 Standard User'],
  },
  'headers with dots, stars and brackets': {
    map: 'access-table',
    files: { 'rights.csv': 'User ID*,E-Mail:,Dept.,Role(s)\nana,a@x.test,Sales,admin\nbo,b@x.test,Sales,viewer\n' },
    grants: ['ana admin', 'bo viewer'],
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
})
