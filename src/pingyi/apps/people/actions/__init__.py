"""What changes people: keyword-only verbs with ``by=``, each atomic and audited."""
