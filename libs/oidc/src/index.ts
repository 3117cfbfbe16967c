export { personOfClaims } from './claims.ts'
export { type IssuerSettings, OidcIssuers, type PendingSignIn, type SignedIn } from './issuers.ts'
export { OidcFault } from './oidc-fault.ts'
