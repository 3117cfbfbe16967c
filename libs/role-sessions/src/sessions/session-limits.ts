/** Most identities that a session may ask for in a role; more than anybody has. */
export const mostIdentities = 1_000_000

export const mostNameCharacters = 200
