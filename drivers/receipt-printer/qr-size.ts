/** Bytes that fit into versions 1 to 40 at level M (ISO/IEC 18004, table 7). */
const LEVEL_M_BYTES = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779,
  857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];

/** Modules on a side of the QR code of so many bytes; digits alone may need fewer. */
export function qrSize(byteCount: number): number {
  const index = LEVEL_M_BYTES.findIndex((capacity) => byteCount <= capacity);
  return 17 + 4 * (index < 0 ? LEVEL_M_BYTES.length : index + 1);
}
