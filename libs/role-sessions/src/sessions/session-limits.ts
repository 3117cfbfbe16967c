/** The largest minimum of identities in a role that a session may set; more than any tenant has. */
export const mostIdentities = 1_000_000

export const mostNameCharacters = 200
