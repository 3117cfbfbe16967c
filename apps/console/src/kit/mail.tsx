/** A mail address, which may go on in the next line behind its @ before it breaks anywhere else. */
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
