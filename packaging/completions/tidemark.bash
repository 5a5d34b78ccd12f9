# Completion of tidemark(1) for bash.
_tidemark_evaluate() {
  case $2 in
    --format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$1") ;;
    --trim | --ref-bpm | --est-bpm) ;;
    *)
      if [[ $1 == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "--trim --ref-bpm --est-bpm --format --help" -- "$1")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$1")
      fi
      ;;
  esac
}

_tidemark_cut() {
  local options="--edit --margin --min-cut --min-clip --max-pause --keep --cut --set-speed --compat
    --silent-speed --loud-speed --varispeed --output --overwrite --container --audio-codec --bits
    --bitrate --fade --no-video --video-codec --crf --preset --copy --export --dry-run --levels
    --report --format --raw --tmpdir --tmp-max --memory --explain --progress --help"
  case $2 in
    --edit) mapfile -t COMPREPLY < <(compgen -W "audio speech beats bars none all" -- "$1") ;;
    --compat) mapfile -t COMPREPLY < <(compgen -W "auto-editor" -- "$1") ;;
    --container) mapfile -t COMPREPLY < <(compgen -W "wav flac ogg opus mp3 m4a mp4 mkv" -- "$1") ;;
    --bits) mapfile -t COMPREPLY < <(compgen -W "8 16 24 32" -- "$1") ;;
    --export)
      mapfile -t COMPREPLY < <(compgen -W "otio fcpxml premiere resolve edl kdenlive shotcut ffconcat
        audacity clip-sequence json v1 v2 v3" -- "$1")
      ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$1") ;;
    --progress) mapfile -t COMPREPLY < <(compgen -W "bar plain json none" -- "$1") ;;
    --margin | --min-cut | --min-clip | --max-pause | --keep | --cut | --set-speed | --silent-speed | \
      --loud-speed | --audio-codec | --bitrate | --fade | --video-codec | --crf | --preset | --raw | \
      --tmp-max | --memory) ;;
    *)
      if [[ $1 == -* && $2 != -o && $2 != --output ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$1")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$1")
      fi
      ;;
  esac
}

_tidemark_track() {
  local options="--write --read --device --capture --raw --stream --container --overwrite --duration
    --rate --channels --type --frame --buffer --overflow --latency --max-latency --fade --conceal
    --correct-drift --no-pace --stats --tmpdir --tmp-max --memory --explain --help"
  case $2 in
    --device | --capture) mapfile -t COMPREPLY < <(compgen -W "default" -- "$1") ;;
    --container) mapfile -t COMPREPLY < <(compgen -W "wav flac ogg opus mp3 m4a" -- "$1") ;;
    --rate) mapfile -t COMPREPLY < <(compgen -W "8000 16000 24000 44100 48000" -- "$1") ;;
    --channels) mapfile -t COMPREPLY < <(compgen -W "1 2 3 4 5 6 7 8" -- "$1") ;;
    --type) mapfile -t COMPREPLY < <(compgen -W "s16 s24 s32 f32" -- "$1") ;;
    --overflow) mapfile -t COMPREPLY < <(compgen -W "oldest newest block" -- "$1") ;;
    --stats) mapfile -t COMPREPLY < <(compgen -W "text json none" -- "$1") ;;
    --raw | --stream | --duration | --frame | --buffer | --latency | --max-latency | --fade | \
      --tmp-max | --memory) ;;
    *)
      if [[ $1 == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$1")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$1")
      fi
      ;;
  esac
}

_tidemark() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local options="--features --format --output --memory --explain --start --duration --sample
    --stream --raw --reference --fmin --fmax --threshold --min-silence --min-sound --margin
    --waveform-out --waveform-zoom --waveform-bits --waveform-split-channels --max-duration
    --max-ratio --tmpdir --tmp-max --threads --block-frames --progress --bpm-min --bpm-max --steady
    --causal --click --help"
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "analyze cut track evaluate formats doctor --help --version" -- "$current")
    return
  fi
  [[ ${COMP_WORDS[1]} != evaluate ]] || { _tidemark_evaluate "$current" "$previous"; return; }
  [[ ${COMP_WORDS[1]} != cut ]] || { _tidemark_cut "$current" "$previous"; return; }
  [[ ${COMP_WORDS[1]} != track ]] || { _tidemark_track "$current" "$previous"; return; }
  [[ ${COMP_WORDS[1]} == analyze ]] || return

  case $previous in
    --features)
      local chosen=
      [[ $current != *,* ]] || chosen=${current%,*},
      mapfile -t COMPREPLY < <(compgen -P "$chosen" \
        -W "tuning dominant tempo beats loudness truepeak activity waveform all" -- "${current##*,}")
      compopt -o nospace
      return
      ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "text json ndjson csv audacity jams" -- "$current") ;;
    --progress) mapfile -t COMPREPLY < <(compgen -W "bar plain json none" -- "$current") ;;
    --waveform-bits) mapfile -t COMPREPLY < <(compgen -W "8 16" -- "$current") ;;
    --threshold) mapfile -t COMPREPLY < <(compgen -W "auto" -- "$current") ;;
    --reference) mapfile -t COMPREPLY < <(compgen -W "415 430 432 440 442" -- "$current") ;;
    --tmpdir)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      ;;
    --memory | --start | --duration | --sample | --stream | --raw | --fmin | --fmax | --min-silence | \
      --min-sound | --margin | --waveform-zoom | --max-duration | --max-ratio | --tmp-max | --threads | \
      --block-frames | --bpm-min | --bpm-max) ;;
    *)
      if [[ $current == -* && $previous != -o && $previous != --output ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
      else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
      fi
      ;;
  esac
}
complete -F _tidemark tidemark
