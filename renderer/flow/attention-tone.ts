/** A soft double tone for what somebody must not miss: sight and sound, made here so that nothing has to be loaded. */
export function playAttentionTone(): void {
  try {
    const audio = new AudioContext();
    for (const [index, hertz] of [660, 880].entries()) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const start = audio.currentTime + index * 0.25;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.25, start + 0.03);
      volume.gain.linearRampToValueAtTime(0, start + 0.22);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.25);
    }
    window.setTimeout(() => void audio.close(), 1000);
  } catch {
    // No sound device: the warning is on the screen all the same.
  }
}
