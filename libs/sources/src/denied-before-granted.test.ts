import { testExports } from './testing-exports.ts'

testExports({
  'a DENY of SQL Server before the GRANT, which it outranks, and a REVOKE before it, which it ends': {
    map: 'database-grants',
    files: {
      'grants.sql':
        'DENY UPDATE ON [dbo].[orders] TO [ana]\nGO\nGRANT UPDATE ON [dbo].[orders] TO [ana]\nGO\n' +
        'REVOKE SELECT ON [dbo].[orders] FROM [ana]\nGO\nGRANT SELECT ON [dbo].[orders] TO [ana]\nGO\n',
    },
    grants: ['ana SELECT on dbo.orders'],
  },
  'a first row with dashes for a missing value, which is no line under the header': {
    map: 'database-grants',
    files: { 'roles.csv': 'GRANTEE,GRANTED_ROLE,ADMIN_OPTION\nana,CLERK,--\nbo,BUYER,--\n' },
    grants: ['ana CLERK', 'bo BUYER'],
  },
})
