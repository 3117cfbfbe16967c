import { expect, test } from 'vitest'
import { testExports } from './testing-exports.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

testExports({
  'flags behind the columns of a person': {
    map: 'access-table',
    files: {
      'crm.csv':
        'Login;Name;Department;Admin;Reporting;Billing\nana;Ana Meier;Sales;yes;no;yes\nbo;Bo Kurt;IT;no;yes;no\ncy;Cy Lang;IT;no;no;no\n',
    },
    people: { enabled: ['ana', 'bo', 'cy'] },
    grants: ['ana Admin', 'ana Billing', 'bo Reporting'],
  },
  'flags of an account among those of access, which are none': {
    map: 'access-table',
    files: {
      'crm.csv': 'Username,Active,Admin,Reporting,MFA,Billing\nana,1,1,0,1,1\nbo,0,0,1,0,0\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana Admin', 'ana Billing', 'bo Reporting'],
  },
  'a locked account, whose flag comes before those of access': {
    map: 'access-table',
    files: {
      'erp.csv':
        'Username,Full name,Locked,Manager,VPN,Jira\nana,Ana Meier,FALSE,bo,TRUE,FALSE\nbo,Bo Kurt,TRUE,,TRUE,TRUE\n',
    },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana VPN', 'bo Jira', 'bo VPN'],
  },
  'users by their mail addresses, whose last login shows that they have accounts': {
    map: 'access-table',
    files: {
      'wiki.csv':
        'Email,Full Name,Admin,Editor,Last Login\nana@x.test,Ana Meier,TRUE,FALSE,2025-01-01\nbo@x.test,Bo Kurt,FALSE,TRUE,\n',
    },
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    grants: ['ana@x.test Admin', 'bo@x.test Editor'],
  },
  'a flag of an account behind a first column of any name': {
    map: 'access-table',
    files: { 'erp.csv': 'Code;Aktiv;SAP;Jira\nana;1;1;0\nbo;0;1;1\n' },
    people: { enabled: ['ana'], disabled: ['bo'] },
    grants: ['ana SAP', 'bo Jira', 'bo SAP'],
  },
  'crosses below a system whose name is also that of a flag': {
    map: 'pairs',
    files: { 'erp.csv': 'User;SSO;VPN;Jira\nana;x;x;\nbo;x;;x\n' },
    grants: ['ana SSO', 'ana VPN', 'bo Jira', 'bo SSO'],
  },
  'flags between other columns, which may have any names': {
    map: 'access-table',
    files: {
      'crm.csv':
        'Login;Admin;Reporting;Name;Last login;Comment;Department;VPN;Lager\nana;x;;Ana Meier;2025-01-01;hi;Sales;x;x\nbo;;x;Bo Kurt;2025-01-02;;IT;;\n',
    },
    people: { enabled: ['ana', 'bo'] },
    grants: ['ana Admin', 'ana Lager', 'ana VPN', 'bo Reporting'],
  },
})

test('a cell of a block that is no flag is a fault', async () => {
  const rows = Array.from({ length: 30 }, (_, row) => `u${row},Name ${row},${row % 2},${row % 3 === 0 ? 1 : 0},IT`)
  const text = `Login,Name,Admin,Billing,Department\n${rows.join('\n')}\nlate,Late,maybe,1,IT\n`
  const { faults } = await load([bytesFile('crm.csv', text)])
  expect(faults).toEqual(['crm.csv:32: "maybe" in column "Admin" is no mark; a matrix holds 0 and 1, or x and blanks'])
})

test.each([
  ['a single flag', 'Login;Name;Department;Admin\nana;Ana Meier;Sales;yes\nbo;Bo Kurt;IT;no\n'],
  [
    'answers of people without a login',
    'Name;E-Mail;Team;Vegan;Hotel\nAna;a@x.test;A;ja;nein\nBo;b@x.test;B;nein;ja\n',
  ],
  ['subscribers', 'Email,Name,Weekly,Offers,City\na@x.test,Ana,TRUE,FALSE,Bern\nb@x.test,Bo,FALSE,TRUE,Ulm\n'],
  ['measures of people', 'EmpID,Name,Age,Married,Smoker\n1,Ana,30,1,0\n2,Bo,40,0,1\n'],
  [
    'staff with flags of their work',
    'Employee ID,Name,Active,Remote,Exempt,Job Title,Site\n1,Ana,yes,yes,no,Dev,Bern\n2,Bo,yes,no,yes,Ops,Ulm\n',
  ],
  [
    'staff with their logins',
    'Username,Name,Remote,Exempt,Hire Date,Department\nana,Ana,yes,no,2020-01-01,IT\nbo,Bo,no,yes,2021-01-01,IT\n',
  ],
  [
    'subscribers with a flag that they are ones',
    'Email,Name,Subscribed,Weekly,Offers,City\na@x.test,Ana,TRUE,TRUE,FALSE,Bern\nb@x.test,Bo,TRUE,FALSE,TRUE,Ulm\n',
  ],
  [
    'settings of accounts in a directory',
    'SamAccountName,Name,Enabled,CannotChangePassword,TrustedForDelegation,Description\nana,Ana,True,False,True,a\nbo,Bo,True,True,False,b\n',
  ],
  [
    'counts of logins',
    'Username,Full Name,Failed Logins,Bad Pwd Count,Last Login\nana,Ana,1,0,2025-01-01\nbo,Bo,0,1,2025-01-02\n',
  ],
  [
    'many rows of a person, day after day',
    `Login,Name,Late,Sick,Day\n${Array.from({ length: 80 }, (_, row) => `u${row % 20},Name,${row % 2},${row % 3 === 0 ? 1 : 0},day ${Math.floor(row / 20)}`).join('\n')}\n`,
  ],
  ['several rows of a person', 'Login,Day,Late,Sick\nana,Mon,1,0\nana,Tue,0,1\n'],
  [
    'accounts that are shared or privileged',
    'account_id,account_name,system,owner,shared,privileged,status\nS1,svc-backup,Okta,E1,Y,Y,Active\nS2,svc-sync,AWS,,Y,N,Active\n',
  ],
  ['questions', 'Login,Name,Vegan?,Comes?,Note\nana,Ana,1,0,a\nbo,Bo,0,1,b\n'],
])('%s is no matrix of access', async (_, text) => {
  const { grants, entitlements } = await load([bytesFile('t.csv', text)])
  expect([grants, entitlements]).toEqual([[], []])
})

test.each(['Shared', 'Privileged', 'Interactive'])(
  'a cross under %s is access, as under another system',
  async (name) => {
    const { grants } = await load([bytesFile('t.csv', `Login,${name},Finance,HR\nana,x,x,\nbo,x,,x\ncy,,x,\n`)])
    expect(grants.map(shortGrant)).toEqual(['ana Finance', `ana ${name}`, 'bo HR', `bo ${name}`, 'cy Finance'].sort())
  },
)
