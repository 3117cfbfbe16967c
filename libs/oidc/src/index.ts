export { type ClaimNames, type PersonClaims, personOfClaims } from './claims.ts'
export { type IssuerSettings, OidcIssuers, type OidcLimits, type PendingSignIn, type SignedIn } from './issuers.ts'
export { OidcFault, type OidcReason } from './oidc-fault.ts'
