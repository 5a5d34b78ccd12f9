# Completion of tidemark(1) for fish.
set -l commands analyze evaluate formats doctor
complete -c tidemark -f -n "not __fish_seen_subcommand_from $commands" -a analyze -d 'Analyse audio'
complete -c tidemark -f -n "not __fish_seen_subcommand_from $commands" -a evaluate -d 'Compare beats'
complete -c tidemark -f -n "not __fish_seen_subcommand_from $commands" -a formats -d 'What can be read'
complete -c tidemark -f -n "not __fish_seen_subcommand_from $commands" -a doctor -d 'What this machine offers'
complete -c tidemark -f -n "not __fish_seen_subcommand_from $commands" -l version -d 'Print the version'
complete -c tidemark -f -l help -d 'How to use it'

function __tidemark_features -d 'The features that can follow those already chosen'
    set -l chosen (commandline -ct | string replace -r '[^,]*$' '')
    for feature in tuning dominant loudness truepeak activity waveform all
        echo $chosen$feature
    end
end

set -l analyze -c tidemark -n '__fish_seen_subcommand_from analyze'
complete $analyze -l features -x -a '(__tidemark_features)' -d 'What to find'
complete $analyze -l format -x -a 'text json ndjson csv audacity jams' -d 'How to print it'
complete $analyze -s o -l output -r -F -d 'Where to write the report'
complete $analyze -l memory -x -d 'The ceiling'
complete $analyze -l explain -d 'Print the memory plan and stop'
complete $analyze -l start -x -d 'Begin here'
complete $analyze -l duration -x -d 'Read this much'
complete $analyze -l sample -x -d 'Spread this much over the file'
complete $analyze -l stream -x -d 'Audio stream of a container'
complete $analyze -l raw -x -d 'Headerless PCM, RATE:CHANNELS:FORMAT'
complete $analyze -l reference -x -a '415 430 432 440 442' -d 'One more reference for A4'
complete $analyze -l fmin -x -d 'Lowest dominant frequency'
complete $analyze -l fmax -x -d 'Highest dominant frequency'
complete $analyze -l threshold -x -a auto -d 'What counts as sound'
complete $analyze -l min-silence -x -d 'Shortest silence'
complete $analyze -l min-sound -x -d 'Shortest sound'
complete $analyze -l margin -x -d 'Widen intervals'
complete $analyze -l waveform-out -r -F -d 'File for the peaks'
complete $analyze -l waveform-zoom -x -d 'Frames per peak'
complete $analyze -l waveform-bits -x -a '8 16' -d 'Width of the peaks'
complete $analyze -l waveform-split-channels -d 'Peaks of each channel'
complete $analyze -l max-duration -x -d 'Refuse longer audio'
complete $analyze -l max-ratio -x -d 'Refuse what decodes to more than this many times its size'
complete $analyze -l tmpdir -x -a '(__fish_complete_directories)' -d 'Where pipes are spooled'
complete $analyze -l tmp-max -x -d 'Largest spooled file'
complete $analyze -l threads -x -a '1 2' -d 'In turn, or at the same time'
complete $analyze -l block-frames -x -d 'Frames per block'
complete $analyze -l progress -x -a 'bar plain json none' -d 'Progress on stderr'

set -l evaluate -c tidemark -n '__fish_seen_subcommand_from evaluate'
complete $evaluate -l trim -x -d 'Leave out beats before this'
complete $evaluate -l ref-bpm -x -d 'Tempo of the reference'
complete $evaluate -l est-bpm -x -d 'Tempo of the estimate'
complete $evaluate -l format -x -a 'text json' -d 'How to print it'
