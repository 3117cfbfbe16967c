/** A mail address; it breaks after its @ rather than at any other place. */
export function Mail({ address }: { readonly address: string }) {
  const at = address.lastIndexOf('@') + 1
  return (
    <bdi className="grid-name">
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </bdi>
  )
}
